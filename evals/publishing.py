"""The gate before a version of the index is published: does it answer as well as the one that is live?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.gates import Finding, Verdict, gate_suite
from evals.run import Order, run
from evals.scoring import score_all, sheet_of
from evals.suite import Suite, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from evals.gate_policy import GatePolicy, SuitePolicy
    from evals.run import Progress
    from evals.runs import Runs
    from evals.scoring import Sheet
    from evals.subject import Subject
    from ingest import Snapshot

    Subjects = Callable[..., AbstractAsyncContextManager[Subject]]


async def gate_version(
    version: int,
    live: int | None,
    subjects: Subjects,
    runs: Runs,
    policy: GatePolicy,
    *,
    by: str = "",
    progress: Progress | None = None,
) -> Verdict:
    """Run the policy's publish suites on `version`, and on `live` where that has not been done yet.

    Only cases whose page is in the live version are asked: what the pages never answered cannot get
    worse. So a suite about other pages than these says nothing, and is not counted against them.
    Raises what running a suite raises.
    """
    findings: list[Finding] = []
    for each in policy.suites.values():
        if each.publish:
            findings += await _gate(each, version, live, subjects, runs, by, progress)
    return Verdict(tuple(findings))


async def _gate(
    policy: SuitePolicy,
    version: int,
    live: int | None,
    subjects: Subjects,
    runs: Runs,
    by: str,
    progress: Progress | None,
) -> list[Finding]:
    suite = load(policy.suite)
    before: Sheet | None = None
    if live is not None:
        async with subjects(version=live) as subject:
            suite = about(suite, await subject.assistant.index.live())
            before = await _sheet(suite, subject, runs, by, progress)
    async with subjects(version=version) as subject:
        if live is None:
            suite = about(suite, await subject.assistant.index.live())
        if not suite.cases:
            return []
        after = await _sheet(suite, subject, runs, by, progress)
    return gate_suite(policy, after, before)


def about(suite: Suite, snapshot: Snapshot) -> Suite:
    """The cases that ask about pages of this version."""
    names = {name for each in snapshot.pages for name in (each.page.slug, each.page.url) if name}
    return Suite(suite.name, tuple(case for case in suite.cases if names & set(case.pages)))


async def _sheet(suite: Suite, subject: Subject, runs: Runs, by: str, progress: Progress | None) -> Sheet:
    if not suite.cases:
        return score_all(())
    number = await run(Order(suite, by=by), subject, runs, progress)
    return await sheet_of(runs, number)
