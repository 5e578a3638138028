"""Who may publish a candidate, and what has to be said for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest import NotPublishable, VersionState
from web.access import Role
from web.editing.errors import NeedsReason, NotTheirs

if TYPE_CHECKING:
    from web.access import Person
    from web.editing.editing import Editing
    from web.editing.report import VersionReport

SAID = {
    "failed": "the check of version {number} does not pass",
    "outdated": "another version was published since version {number} was checked",
    "missing": "the answers of version {number} have not been checked",
}
"""Why a candidate cannot simply be published, by how its check stands."""


def standing(report: VersionReport | None, live: int | None) -> str:
    """How a candidate's check stands: `passed`, `failed`, `outdated` or `missing`."""
    if report is None:
        return "missing"
    if report.against != live:
        return "outdated"
    return "passed" if report.verdict.passed else "failed"


async def decide(number: int, person: Person, reason: str, editing: Editing) -> None:
    """Publish a candidate whose check passed; any other with a reason and by an admin.

    Raises `NeedsReason`, `NotTheirs`, and what publishing raises: of what is no candidate before all else.
    """
    version = await editing.index.catalog.version(number)
    if version.state is not VersionState.CANDIDATE:
        raise NotPublishable.as_it_is(number, version.state)
    report = await editing.reports.of(number)
    stands = standing(report, await editing.index.catalog.live())
    told: dict[str, Any] = {"check": stands}
    if stands != "passed":
        if not person.may(Role.ADMIN):
            raise NotTheirs(f"{SAID[stands].format(number=number)}, and only an admin may publish it so")
        if not reason.strip():
            raise NeedsReason(SAID[stands].format(number=number))
    if report is not None:
        told["against the gate"] = list(report.verdict.reasons) if stands != "passed" else []
    await editing.publish(number, person.name, {**told, "reason": reason.strip()})
