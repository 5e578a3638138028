"""The check of a version: what it could affect is answered under it and under the live one, and judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from web.editing.comparing import compare, questions
from web.editing.report import VersionReport

if TYPE_CHECKING:
    from evals import Case
    from ingest import Difference, Snapshot
    from web.editing.editing import Editing
    from web.editing.report import Asking, Comparison
    from web.jobs import RunningJob

ALONE = "The live version was embedded with another model, so answers could not be set beside its answers."


async def check(number: int, job: RunningJob, editing: Editing) -> VersionReport:
    """The report on version `number`; raises `UnknownVersion`, and what answering raises.

    A version that follows a change of the embedding model is judged alone: this process cannot answer
    with the model before.
    """
    catalog = editing.index.catalog
    against = await catalog.live()
    before = await _before(against, number, editing)
    after = await editing.candidate(number)
    difference = await catalog.diff(against, number)
    asked = await questions(editing.settings.suites, editing.assistant.asked)
    near = await _affected(asked, before, after, difference, job, editing)
    compared: list[Comparison] = []
    for asking, case in near:
        job.check()
        compared.append(await compare(asking, case, before, after, editing.assistant))
        await job.progress(len(compared), len(near), "answering under both versions")
    verdict = await editing.gate.judge(number, None if before is None else against, compared)
    if before is None and against is not None:
        verdict = replace(verdict, warnings=(*verdict.warnings, ALONE))
    changed = [each for each in compared if each.changed or each.broken or not each.after.verified]
    return VersionReport(
        version=number,
        against=against,
        at=editing.now(),
        by=job.by,
        pages=difference.page_counts,
        passages=difference.passage_counts,
        asked=len(asked),
        affected=len(near),
        verdict=verdict,
        comparisons=tuple(sorted(changed, key=_worst_first)),
    )


async def _before(against: int | None, number: int, editing: Editing) -> Snapshot | None:
    """The live version, where there is one that this process can answer from."""
    catalog = editing.index.catalog
    if against is None:
        return None
    answering, built = await catalog.version(against), await catalog.version(number)
    if answering.embedder != built.embedder:
        return None
    return await editing.index.live()


async def _affected(
    asked: list[tuple[Asking, Case]],
    before: Snapshot | None,
    after: Snapshot,
    difference: Difference,
    job: RunningJob,
    editing: Editing,
) -> list[tuple[Asking, Case]]:
    """What the pages that differ could affect; all do where models, cuttings or calibrations differ."""
    touched = {each.page.id for each in difference.pages}
    if (
        before is None
        or before.calibration != after.calibration
        or await _cut_otherwise(before, after, editing)
    ):
        touched |= {each.id for each in after.pages}

    async def looked(done: int, total: int) -> None:
        job.check()
        await job.progress(done, total, "looking for questions that could be affected")

    versions = [after] if before is None else [before, after]
    near = await editing.affected.find(asked, versions, touched, looked)
    await job.log(f"{len(near)} of {len(asked)} questions could be affected.")
    return near


async def _cut_otherwise(before: Snapshot, after: Snapshot, editing: Editing) -> bool:
    one, other = [await editing.index.catalog.version(each.version) for each in (before, after)]
    return one.chunker != other.chunker


def _worst_first(comparison: Comparison) -> tuple[bool, bool, bool, int]:
    return (
        comparison.after.verified,
        not comparison.broken,
        not comparison.lost,
        -comparison.asking.times,
    )
