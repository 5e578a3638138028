"""What is measured of one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant import Answer
    from evals.suite import Case
    from ingest import Snapshot


@dataclass(frozen=True, slots=True)
class Score:
    """The checks of one case; None where a check does not apply."""

    page_first: bool | None
    page_listed: bool | None
    facts_shown: bool | None
    forbidden_absent: bool
    citations_verify: bool
    citations_expected: float | None
    """Share of citations that are of an expected page."""
    abstained_rightly: bool
    """Answered what can be answered, or declined what cannot."""
    words: int

    @property
    def passed(self) -> bool:
        """Whether every check that applies holds."""
        checks = (self.page_first, self.facts_shown, self.forbidden_absent, self.citations_verify)
        return self.abstained_rightly and all(check is not False for check in checks)


def score(case: Case, answer: Answer, snapshot: Snapshot) -> Score:
    """Compare an answer with what its case expects; `snapshot` is the version that it came from."""
    names = [_names(source.page_id, source.url, snapshot) for source in answer.sources]
    expected = set(case.pages)
    citations = [citation for sentence in answer.sentences for citation in sentence.citations]
    quoted = "\n".join(citation.quote for citation in citations)
    answered = bool(answer.sentences)
    hits = [bool(_names(each.page_id, each.url, snapshot) & expected) for each in citations]
    return Score(
        page_first=bool(names and names[0] & expected) if expected and case.answerable else None,
        page_listed=any(each & expected for each in names) if expected and case.answerable else None,
        facts_shown=all(fact in quoted for fact in case.facts) if case.facts and case.answerable else None,
        forbidden_absent=not any(text in quoted for text in case.forbidden),
        citations_verify=all(
            _verifies(each.page_id, each.start, each.end, each.quote, snapshot) for each in citations
        ),
        citations_expected=sum(hits) / len(hits) if hits and expected else None,
        abstained_rightly=answered == case.answerable,
        words=sum(len(sentence.text.split()) for sentence in answer.sentences),
    )


def _names(page_id: str, url: str, snapshot: Snapshot) -> set[str]:
    """What a suite may call a page: its address or its slug."""
    page = snapshot.page(page_id)
    return {url} | ({page.page.slug} if page and page.page.slug else set())


def _verifies(page_id: str, start: int, end: int, quote: str, snapshot: Snapshot) -> bool:
    page = snapshot.page(page_id)
    return page is not None and bool(quote) and page.page.text[start:end] == quote
