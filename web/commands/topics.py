"""`topic`: turn a topic off or put a notice on it, from the next question on."""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import Effect, Topics, TopicState
from ingest import Catalog
from web.access import Person, Role
from web.api.topics import change_preference, known_topics, set_topic
from web.commands import Stored, with_database, with_services
from web.commands.content import JsonOption
from web.commands.versions import say
from web.main import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.main import Services

topic = typer.Typer(no_args_is_help=True, help="Switches and notices by topic.")

Topic = Annotated[str, typer.Argument(help="The topic, as pages name it, such as health.")]
Text = Annotated[str, typer.Argument(help="Words to show; empty to remove them.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the change.")]


@topic.command("list")
def list_topics(
    history: Annotated[bool, typer.Option("--history", help="Every change ever made.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Every topic of a page that answers, whether it is answered, and its notice."""

    async def run(stored: Stored) -> None:
        topics = Topics(stored.engine, now)
        if history:
            for change in await topics.changes():
                text = f"{change.at:%Y-%m-%d %H:%M} {_stands(change.topic, change.state)}"
                row = {**_row(change.topic, change.state), "by": change.by, "reason": change.reason}
                say(f"{text} by {change.by}: {change.reason}", row | {"at": change.at}, as_json=as_json)
            return
        states = await topics.states()
        for name in await known_topics(states, Catalog(stored.engine)):
            held = states.get(name, TopicState())
            say(_stands(name, held), _row(name, held), as_json=as_json)

    with_database(run)


def _stands(name: str, held: TopicState) -> str:
    return f"{name}: {'off' if held.off else 'on'}  {held.notice}".rstrip()


def _row(name: str, held: TopicState) -> dict[str, Any]:
    return {"topic": name, "off": held.off, "notice": held.notice}


@topic.command("off")
def turn_off(name: Topic, reason: Reason) -> None:
    """Answer no question on the topic; pages are still listed."""
    _change(name, reason, lambda state: replace(state, off=True))


@topic.command("on")
def turn_on(name: Topic, reason: Reason) -> None:
    """Answer questions on the topic again."""
    _change(name, reason, lambda state: replace(state, off=False))


@topic.command("notice")
def put_notice(name: Topic, text: Text, reason: Reason) -> None:
    """Show fixed words before every answer on the topic."""
    _change(name, reason, lambda state: replace(state, notice=text.strip()))


@topic.command("prefer")
def prefer(
    name: Topic,
    page: Annotated[str, typer.Argument(help="The page's identifier: see `index pages`.")],
    effect: Annotated[str, typer.Argument(help="boost, pin, hide, or none to take it back.")],
    reason: Reason,
) -> None:
    """Boost, pin or hide a page on questions of the topic."""
    if effect not in {*Effect, "none"}:
        raise typer.BadParameter("choose boost, pin, hide or none", param_hint="EFFECT")

    async def run(built: Services) -> None:
        chosen = None if effect == "none" else Effect(effect)
        await change_preference(name, page, chosen, reason, built, person_here())

    with_services(run)
    print(f"{name}: done, from the next question on.")


def person_here() -> Person:
    """Who is at this terminal: somebody who can reach the database may do everything."""
    return Person(getpass.getuser(), frozenset({Role.ADMIN}))


def _change(name: str, reason: str, edit: Callable[[TopicState], TopicState]) -> None:
    async def run(stored: Stored) -> None:
        topics = Topics(stored.engine, now)
        state = edit((await topics.states()).get(name, TopicState()))
        by, told = person_here().name, stored.redact(reason)
        await set_topic(name, state, told, by, topics, Catalog(stored.engine), stored.audit)

    with_database(run)
    print(f"{name}: done, from the next question on.")
