"""What a schema cannot see of a suite: that its pages exist and hold its facts, that groups hold together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.suite import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from evals.suite import Case, Parsed
    from ingest import Page


@dataclass(frozen=True)
class Site:
    """The pages that a suite asks about, by each name that a suite may give them."""

    texts: Mapping[str, str]

    @classmethod
    def of(cls, pages: Iterable[Page]) -> Site:
        """Pages by slug and by address; versions in two languages may share an address."""
        texts: dict[str, str] = {}
        for page in pages:
            for name in filter(None, (page.slug, page.url)):
                texts[name] = f"{texts[name]}\n{page.text}" if name in texts else page.text
        return cls(texts)


def check(parsed: Parsed, site: Site | None = None) -> tuple[Problem, ...]:
    """Everything wrong with a suite, by line; without `site` its pages and facts are taken on trust."""
    problems = [*parsed.problems, *_groups(parsed.cases), *_same_question(parsed.cases)]
    for line, case in parsed.cases:
        problems += [Problem(line, f"{case.id}: {text}") for text in _case(case, site)]
    return tuple(sorted(problems, key=lambda each: each.line))


def _case(case: Case, site: Site | None) -> Iterator[str]:
    unmet = case.answerable and not case.pages and case.outcome in {None, "answered"}
    if unmet and not case.either_ending:
        yield "names no page that answers it; give pages, an outcome, or answerable: false"
    if case.polarity and not (case.facts or not case.answerable):
        yield "has a polarity and no fact that decides it"
    if set(case.facts) & set(case.forbidden):
        yield "has a fact that is also forbidden"
    if site is not None:
        yield from _on_site(case, site)


def _on_site(case: Case, site: Site) -> Iterator[str]:
    for name in (*case.pages, *case.forbidden_pages):
        if not _exists(name, site):
            yield f"there is no page {name!r}"
    together = "\n".join(site.texts.get(name, "") for name in case.pages)
    for fact in case.facts:
        if together.strip() and fact not in together:
            yield f"the fact {fact!r} does not stand, byte for byte, in {' or '.join(case.pages)}"


def _exists(name: str, site: Site) -> bool:
    if name.endswith("/") and name not in site.texts:
        return any(each.startswith(name) for each in site.texts)
    return name in site.texts


def _groups(cases: Iterable[tuple[int, Case]]) -> Iterator[Problem]:
    """Rephrasings ask the same thing, so they expect the same; one alone agrees with nothing."""
    grouped: dict[str, list[tuple[int, Case]]] = {}
    for line, case in cases:
        if case.group:
            grouped.setdefault(case.group, []).append((line, case))
    for group, members in grouped.items():
        line, first = members[0]
        if len(members) == 1 and first.polarity:  # a language's twin stands in a suite of its own
            yield Problem(line, f"group {group!r} has one case only")
        for other_line, other in members[1:]:
            if (other.polarity, other.answerable) != (first.polarity, first.answerable):
                yield Problem(other_line, f"{other.id}: expects another answer than {first.id} of its group")


def _same_question(cases: Iterable[tuple[int, Case]]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], str] = {}
    for line, case in cases:
        key = (*case.history, case.question.casefold().strip())
        if key in seen:
            yield Problem(line, f"{case.id}: asks what {seen[key]} asks")
        seen.setdefault(key, case.id)
