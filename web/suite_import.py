"""Suites brought in by API or console: read by line, checked against the live pages, all of them or none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anyio import to_thread

from evals import Problem, Site, SuiteError, check, load, shipped
from evals.asking import without_personal
from evals.drafts import add_cases, unfinished
from evals.interchange import parse_text
from evals.suite import Parsed
from ingest import EmptyIndex
from web.evaluating import own_suites

if TYPE_CHECKING:
    from evals import Case
    from web.access import Person
    from web.dependencies import Parts

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Brought:
    """What is to be imported."""

    name: str
    shape: str
    text: str
    against_live: bool = True
    """Whether pages and facts must stand in the live version of the index."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it: with problems nothing was written."""

    problems: tuple[Problem, ...]
    added: int = 0
    known: int = 0
    redacted: int = 0
    """Cases from whose questions personal information was taken away."""


async def import_suite(asked: Brought, built: Parts, person: Person) -> Imported:
    """Add the cases to the installation's suite of that name; raises `SuiteError` for its name or shape."""
    if not _NAME.fullmatch(asked.name) or asked.name in shipped():
        raise SuiteError(
            f"{asked.name!r} cannot be the name of a suite here",
            what_to_do="Use small letters, digits and hyphens, and no name of a suite that ships.",
        )
    parsed = await to_thread.run_sync(parse_text, asked.shape, asked.name, asked.text)
    if not parsed.cases and not parsed.problems:
        return Imported((Problem(1, "there is no case in it"),))
    signed = await to_thread.run_sync(
        lambda: [(line, _signed(case, built, person)) for line, case in parsed.cases]
    )  # half a millisecond a question, in which nobody else would be answered
    redacted = sum(
        case.question != before.question or case.history != before.history
        for (_, case), (_, before) in zip(signed, parsed.cases, strict=True)
    )
    found = Parsed(asked.name, tuple(signed), parsed.problems)
    site = await _live(built) if asked.against_live else None
    path = own_suites(built) / f"{asked.name}.jsonl"
    have = {case.id: case for case in load(str(path)).cases} if path.exists() else {}
    problems = sorted((*check(found, site), *unfinished(found, have)), key=lambda each: each.line)
    if problems:
        return Imported(tuple(problems))
    done = add_cases(found, path, have)
    subject, after = asked.name, {"added": len(done.added), "shape": asked.shape}
    await built.access.audit.record(person.name, "evaluation.suite.imported", subject, None, after)
    return Imported((), len(done.added), len(done.known), redacted)


async def delete_suite(name: str, built: Parts, person: Person) -> None:
    """Drop a suite of the installation's own; its runs stay. Raises `SuiteError`."""
    path = own_suites(built) / f"{name}.jsonl"
    if not _NAME.fullmatch(name) or not path.exists():
        raise SuiteError(f"{name!r} is no suite of this installation", what_to_do="Suites that ship stay.")
    count = len(load(str(path)).cases)
    path.unlink()
    before = {"cases": count}
    await built.access.audit.record(person.name, "evaluation.suite.deleted", name, before, None)


def _signed(case: Case, built: Parts, person: Person) -> Case:
    """Without personal information, and with somebody who answers for it."""
    clean = without_personal(case, built.assistant.guards.redactor)
    today = built.now().date().isoformat()
    return clean.model_copy(update={"author": clean.author or person.name, "date": clean.date or today})


async def _live(built: Parts) -> Site | None:
    try:
        snapshot = await built.index.live()
    except EmptyIndex:
        return None
    return Site.of(stored.page for stored in snapshot.pages)
