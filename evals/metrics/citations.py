"""Whether citations verify, and whether they are of the pages that were expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.metrics.base import Better, PerTrial, Score

if TYPE_CHECKING:
    from evals.trial import Trial


@dataclass(frozen=True)
class CitationValidity(PerTrial):
    """Share of citations whose quote stands byte for byte at its span of the stored page."""

    name: str = "citation validity"
    check: bool = True
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """None for an answer without citations; 0 where a sentence has none."""
        bare = sum(not sentence.citations for sentence in trial.answer.sentences)
        if bare:
            return Score(0.0, f"{bare} sentences have no citation")
        each = trial.asked.citations
        if not each:
            return None
        good = sum(citation.verifies for citation in each)
        return Score(good / len(each), f"{good} of {len(each)} quotes stand at their span")


@dataclass(frozen=True)
class CitationPrecision(PerTrial):
    """Share of citations that are of an expected page."""

    name: str = "citation precision"
    check: bool = False
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """None where no page is expected or none is cited."""
        names, each = frozenset(trial.case.pages), trial.asked.citations
        if not names or not each:
            return None
        good = sum(citation.is_any(names) for citation in each)
        other = sorted({one.slug or one.url for one in each if not one.is_any(names)})
        also = f"; also cited: {', '.join(other)}" if other else ""
        return Score(good / len(each), f"{good} of {len(each)} are of an expected page{also}")


@dataclass(frozen=True)
class ForbiddenPages(PerTrial):
    """Whether no page is cited that must not be."""

    name: str = "forbidden pages"
    check: bool = True
    better: Better = Better.HIGHER

    def score(self, trial: Trial) -> Score | None:
        """1 or 0; None where the case forbids none."""
        forbidden = trial.case.forbidden_pages
        if not forbidden:
            return None
        names = frozenset(forbidden)
        prefixes = tuple(name for name in forbidden if name.endswith("/"))
        cited = sorted(
            {
                each.slug or each.url
                for each in trial.asked.citations
                if each.is_any(names) or any(each.begins_with(prefix) for prefix in prefixes)
            }
        )
        return Score(float(not cited), f"cites {', '.join(cited)}" if cited else "cites none of them")
