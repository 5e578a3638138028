"""`programme`: the records of the AI work programme from a terminal."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.programme import (
    OFFICE,
    Actor,
    Erased,
    ImportReport,
    Seeded,
    export_csv,
    import_rows,
    read_rows,
    seed,
    verifies,
    verify,
)
from web.commands import FAILED, PARTLY, with_services
from web.programme.erasing import erase_person

if TYPE_CHECKING:
    from ingest import Report
    from web.main import Services

programme = typer.Typer(no_args_is_help=True, help="Records of the AI work programme.")

Kind = Annotated[str, typer.Argument(help="Kind of record, such as use-cases.")]
File = Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)]


@programme.command("seed")
def load_seeds(
    demo: Annotated[bool, typer.Option("--demo", help="Also made-up records, marked as such.")] = False,
) -> None:
    """Load what is published about each initiative, and put it into the index."""

    async def run(built: Services) -> tuple[Seeded, Report]:
        return await seed_records(built, demo=demo)

    done, report = with_services(run)
    counts = f"{len(done.created)} created, {len(done.changed)} changed, {len(done.kept)} left as they are"
    state = f"version {report.version} is live" if report.version else "the index was up to date"
    print(f"{counts}; {state}.")


async def seed_records(built: Services, *, demo: bool) -> tuple[Seeded, Report]:
    """Load the seeds and publish all records."""
    done = await seed(built.programme.register, demonstration=demo)
    return done, await built.programme.publisher.publish()


@programme.command("publish")
def publish() -> None:
    """Put all public records into the index, as after a change of the service's address."""

    async def run(built: Services) -> Report:
        return await built.programme.publisher.publish()

    report = with_services(run)
    print(f"version {report.version} is live" if report.version else "the index was up to date")


@programme.command("export")
def export_records(
    kind: Kind, format: Annotated[Literal["csv", "json"], typer.Option("--format")] = "json"
) -> None:
    """All records of a kind, with private fields, on standard output."""

    async def run(built: Services) -> str:
        register = built.programme.register
        known = register.catalogue.kind(kind)
        records = await register.all(kind, by=OFFICE)
        if format == "csv":
            return export_csv(records, known, internal=True)
        rows = [{"slug": record.slug, "state": record.state, **record.values} for record in records]
        return json.dumps({"records": rows}, ensure_ascii=False, indent=1) + "\n"

    sys.stdout.write(with_services(run))


@programme.command("import")
def import_records(
    kind: Kind,
    file: File,
    store: Annotated[bool, typer.Option("--store", help="Store; without it nothing is changed.")] = False,
) -> None:
    """Create and change records from a CSV or JSON file; every bad row is named, and one stops all."""

    async def run(built: Services) -> ImportReport:
        register = built.programme.register
        known = register.catalogue.kind(kind)
        rows = read_rows(file.read_bytes(), known)
        report = await import_rows(rows, known, register, by=OFFICE, dry_run=not store)
        if store and not report.wrong:
            await built.programme.publisher.publish()
        return report

    report = with_services(run)
    for row, wrong in report.wrong.items():
        for name, text in wrong.items():
            print(f"row {row}, {name}: {text}", file=sys.stderr)
    verb = "stored" if store and not report.wrong else "nothing stored"
    print(
        f"{len(report.created)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged, "
        f"{len(report.wrong)} wrong; {verb}."
    )
    if report.wrong:
        raise typer.Exit(PARTLY)


@programme.command("erase")
def erase_a_person(
    named: Annotated[
        list[str], typer.Argument(help="Words that name the person, or KIND/SLUG of a record of theirs.")
    ],
    store: Annotated[bool, typer.Option("--store", help="Erase, for good; without it only count.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Erase a person from the records, their history and their pages. It cannot be taken back.

    Exit codes: 0 done, or counted; 1 it cannot be done.
    """

    async def run(built: Services) -> Erased:
        kinds = built.programme.register.catalogue.kinds
        people = [(kind, slug) for each in named for kind, mark, slug in [each.partition("/")] if mark]
        people = [each for each in people if each[0] in kinds]
        words = [each for each in named if each.partition("/")[0] not in kinds]
        by = Actor(getpass.getuser(), OFFICE.roles)
        return await erase_person(words, people, built, by, dry=not store)

    done = with_services(run)
    counts = {"records": done.records, "changes": done.changes, "removed": done.removed, "stored": store}
    if as_json:
        print(json.dumps(counts))
        return
    verb = "erased" if store else "would be erased; run it with --store to erase for good"
    print(f"In {done.records} records and {done.changes} entries of their history: {verb}.")


@programme.command("verify")
def verify_certificate(
    file: File,
    key: Annotated[str | None, typer.Option("--key", help="Public key in base64; offline.")] = None,
) -> None:
    """Whether a certificate's signature holds; without --key also whether it stands today."""
    signed = json.loads(file.read_text(encoding="utf-8"))
    if key is not None:
        valid = verifies(signed, key)
        print("The signature is valid." if valid else "The signature is not valid.")
        raise typer.Exit(0 if valid else FAILED)

    async def run(built: Services) -> dict[str, Any]:
        return await verify(built.programme.desk, signed)

    verdict = with_services(run)
    print(f"signature: {verdict['signature']}; standing: {verdict['standing']}. {verdict['reason']}".strip())
    if verdict["standing"] != "valid":
        raise typer.Exit(FAILED)
