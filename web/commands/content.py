"""`ingest`: a source of pages becomes a version of the index, from a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ingest import sync
from web.commands import with_services
from web.commands.gated import Outcome, PublishOption, ReasonOption, first, settled, tell, written
from web.main import now
from web.sources import open_named

if TYPE_CHECKING:
    from ingest import Source
    from web.main import Services

OPENED = 1_000
"""Pages of a first version up to which it is opened at once; a large one is opened by what serves it."""

JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def ingest(
    source: Annotated[
        str, typer.Argument(help="A page or sitemap address, a folder, a .jsonl file, or: starter")
    ],
    as_json: JsonOption = False,
    publish: PublishOption = True,
    reason: ReasonOption = "",
    onto: Annotated[
        int | None, typer.Option(help="Build on this version, such as an earlier candidate.")
    ] = None,
) -> None:
    """Read a source of pages. What it changes answers once its check passes the gate.

    The first version of an index answers at once. Exit codes: 0 done; 1 failed, and what answers is as
    before; 3 some pages failed, or the gate does not pass and the change waits as a candidate.
    """

    async def run(built: Services) -> Outcome:
        found = open_named(source, built.settings)
        return await ingest_source(found, built, quiet=as_json, publish=publish, reason=reason, onto=onto)

    tell(with_services(run), as_json=as_json)


async def ingest_source(
    source: Source,
    built: Services,
    *,
    quiet: bool,
    publish: bool = True,
    reason: str = "",
    onto: int | None = None,
) -> Outcome:
    """One run under the writer's lock, with a progress bar unless `quiet`; then the gate."""
    at_once = publish and await first(built)
    report = await written(
        built,
        f"ingest {source.name}",
        lambda bar: sync(source, built.index, now=now, progress=bar, publish=at_once, onto=onto),
        quiet=quiet,
    )
    if report.version is not None and len(report.added) <= OPENED:
        await built.index.live()  # what serves finds its vectors kept, and does not load the store for them
    return await settled(report, built, publish=publish, reason=reason, quiet=quiet)
