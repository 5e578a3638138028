"""Changes of the gate's policy, by API or console: checked, kept, and in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evals import PolicyError, SuiteError, as_toml, suite_policy
from web.evaluating import known_suite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals import GatePolicy, Revision, SuitePolicy
    from web.access import Person
    from web.dependencies import Parts

ACTION = "evaluation.policy"


@dataclass(frozen=True, slots=True)
class Demands:
    """What is to be demanded of one suite."""

    suite: str
    limits: Mapping[str, Mapping[str, float]]
    must_pass: Sequence[str] = ()
    publish: bool = False
    reason: str = ""
    based_on: int = 0
    """Number of the revision that was looked at."""
    problems: Sequence[str] = field(default_factory=tuple)
    """What could not be read as a number."""


async def change_suite(asked: Demands, built: Parts, person: Person) -> Revision:
    """Keep other demands on a suite; raises `PolicyError` with all that is wrong, `PolicyChanged`."""
    checked = _checked(asked, built)
    policy = (await built.policies.current()).policy.with_suite(checked)
    return await _save(policy, asked.based_on, asked.reason, asked.suite, built, person)


async def drop_suite(suite: str, based_on: int, reason: str, built: Parts, person: Person) -> Revision:
    """Demand nothing of a suite any more; raises `PolicyError`, `PolicyChanged`."""
    before = await built.policies.current()
    if suite not in before.policy.suites:
        raise PolicyError(f"the policy demands nothing of {suite!r}", what_to_do="Choose one of its suites.")
    return await _save(before.policy.without(suite), based_on, reason, suite, built, person)


async def use_again(number: int, based_on: int, reason: str, built: Parts, person: Person) -> Revision:
    """Make an earlier revision the policy again; 0 is the file's. Raises `PolicyError`, `PolicyChanged`."""
    wanted = await built.policies.revision(number)
    return await _save(wanted.policy, based_on, reason, "", built, person)


async def _save(
    policy: GatePolicy, based_on: int, reason: str, suite: str, built: Parts, person: Person
) -> Revision:
    before = await built.policies.current()
    told = built.assistant.guards.redactor.redact(reason).text
    after = await built.policies.save(policy, based_on=based_on, by=person.name, reason=told)
    await _record(built, person, suite, before, after)
    return after


async def _record(built: Parts, person: Person, suite: str, before: Revision, after: Revision) -> None:
    def told(revision: Revision) -> dict[str, Any]:
        own = revision.policy.suites
        shown = {suite: own[suite]} if suite in own else {} if suite else own
        text = as_toml(type(revision.policy)(shown))
        return {"revision": revision.number, "policy": text, "reason": revision.reason}

    subject = suite or "the whole policy"
    await built.access.audit.record(person.name, ACTION, subject, told(before), told(after))


def _checked(asked: Demands, built: Parts) -> SuitePolicy:
    problems = list(asked.problems)
    found: SuitePolicy | None = None
    try:
        values: dict[str, Any] = {name: dict(each) for name, each in asked.limits.items()}
        more = {"must_pass": list(asked.must_pass), "publish": asked.publish}
        found = suite_policy(asked.suite, values | more, "policy")
    except PolicyError as error:
        problems.append(str(error))
    problems += _unknown_cases(asked, built)
    if not asked.limits and not asked.must_pass:
        problems.append("nothing is demanded: give a limit or a case that must pass")
    if not asked.reason.strip():
        problems.append("say in a sentence why")
    if problems or found is None:
        raise PolicyError("; ".join(problems))
    return found


def _unknown_cases(asked: Demands, built: Parts) -> list[str]:
    try:
        known = {case.id for case in known_suite(asked.suite, built).cases}
    except SuiteError as error:
        return [str(error)]
    unknown = [case for case in asked.must_pass if case not in known]
    return [f"{asked.suite} has no case {', '.join(map(repr, unknown))}"] if unknown else []
