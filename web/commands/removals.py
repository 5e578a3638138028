"""`index removed` and `index restore`: pages that were taken out, and letting them in again."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import page_id
from web.commands import with_services
from web.commands.content import JsonOption
from web.commands.gated import Outcome, PublishOption, ReasonOption, settled, tell, written
from web.commands.versions import LANGUAGES
from web.editing.letting_in import let_in
from web.main import now

if TYPE_CHECKING:
    from ingest import Removal
    from web.main import Services


def removed(as_json: JsonOption = False) -> None:
    """The pages that were taken out, and stay out until they are let in again."""

    async def run(built: Services) -> list[Removal]:
        return list((await built.catalog.removals.standing()).values())

    for each in with_services(run):
        if as_json:
            print(json.dumps(asdict(each) | {"at": each.at.isoformat()}, ensure_ascii=False))
        else:
            print(
                f"{each.page_id}  {each.language}  {each.title}  {each.url}  by {each.by}, {each.at:%Y-%m-%d}"
            )


def restore(
    pages: Annotated[list[str], typer.Argument(help="Addresses or identifiers of pages that were removed.")],
    publish: PublishOption = True,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let removed pages in again: read from their sources, else as they were stored last.

    Exit codes: 0 done; 1 failed, and nothing has changed; 3 some pages failed, or the gate does not pass and
    the change waits as a candidate.
    """

    async def run(built: Services) -> Outcome:
        standing = await built.catalog.removals.standing()
        wanted = [each for page in pages for each in _identifiers(page, standing)]
        report = await written(
            built,
            "let pages in again",
            lambda bar: let_in(wanted, built.index, built.settings, now=now, progress=bar),
            quiet=as_json,
        )
        for each in wanted:
            await built.access.audit.record(getpass.getuser(), "page.let_in", standing[each].url)
        return await settled(report, built, publish=publish, reason=reason, quiet=as_json)

    tell(with_services(run), as_json=as_json)


def _identifiers(page: str, standing: dict[str, Removal]) -> list[str]:
    found = [each for language in LANGUAGES if (each := page_id(page, language)) in standing]
    return found or [page]
