"""`eval configurations`: what can be varied, and what is saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals import SERVED, Configuration, configuration_schema, load_configuration, tunable
from evals.configuration import CONFIGURATIONS
from web.commands import with_services
from web.evaluating import named_configuration

if TYPE_CHECKING:
    from web.main import Services


def show_configurations(
    name: Annotated[
        str | None, typer.Argument(help="One of them, or a file: checks it and shows its numbers.")
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of the file.")] = False,
) -> None:
    """List the configurations, or show one: each number as it is served and as it would be."""
    if schema:
        print(json.dumps(configuration_schema(), indent=2, ensure_ascii=False))
        return
    if name is None:
        _list(with_services(_all))
        return

    async def numbers(
        built: Services,
    ) -> tuple[Configuration, dict[str, dict[str, float]], dict[str, dict[str, float]]]:
        found = await named_configuration(name, built)
        async with built.subject(found) as subject:
            return found, tunable(built.assistant), tunable(subject.assistant)

    _show(*with_services(numbers))


async def _all(built: Services) -> list[Configuration]:
    saved = [await built.configurations.get(each.name) for each in await built.configurations.all()]
    shipped = [load_configuration(each.stem) for each in sorted(CONFIGURATIONS.glob("*.toml"))]
    return [SERVED, *saved, *shipped]


def _list(found: list[Configuration]) -> None:
    table = Table("configuration", "what for", "changes")
    for each in found:
        changes = [
            f"{section} {key} {value}" for section, some in each.parts.items() for key, value in some.items()
        ]
        changes += [f"{key} {value}" for key, value in each.settings.items()]
        changes += [f"prompt {language}" for language in each.prompts]
        table.add_row(each.name, each.note, ", ".join(changes) or "nothing")
    Console(highlight=False).print(table)


def _show(
    found: Configuration, served: dict[str, dict[str, float]], varied: dict[str, dict[str, float]]
) -> None:
    console = Console(highlight=False)
    table = Table("section", "number", "served", found.name)
    for section, values in served.items():
        for key, value in values.items():
            other = varied[section][key]
            changed = f"[bold]{other}[/]" if other != value else str(other)
            table.add_row(f"\\[{section}]", key, str(value), changed)
    console.print(table)
