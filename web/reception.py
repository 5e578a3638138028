"""How a question is taken: counted, let in in its turn, answered; in danger there is help first."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from assistant import AssistantError, Question, UnknownConversation, answer, as_events
from web.askers import asker_of
from web.asking import LONGEST
from web.challenge import Proof, counted
from web.problems import TooManyRequests
from web.rates import QUOTA

PROOF_HEADER = "proof-of-work"

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from assistant import Assistant, Event, Final, FirstHelp
    from web.admission import Admission

    Look = Callable[[], Awaitable[Final | None]]


async def let_in(
    count: Callable[[], Awaitable[object]], look: Look, admission: Admission, stack: AsyncExitStack
) -> Final | None:
    """Count a question and give it a place, which `stack` gives back.

    Whoever would be turned away or would have to wait is first looked at: `look` gives the ending where there
    is danger, and that is returned. Raises `TooManyRequests` and `Busy`.
    """
    try:
        await count()
    except TooManyRequests:
        if (final := await look()) is None:
            raise
        return final
    if admission.is_full and (final := await look()) is not None:
        return final
    await stack.enter_async_context(admission.place())
    return None


@dataclass(frozen=True)
class Reception:
    """Takes the question of one request; `stack` is left when the whole answer has been sent."""

    request: Request
    stack: AsyncExitStack
    ticket: str = ""
    """What a page without JavaScript sends where it has waited."""

    async def events(
        self, asked: Question, prepare: Callable[[], Awaitable[Question]], assistant: Assistant
    ) -> AsyncIterator[Event]:
        """The events of the answer to what `prepare` makes of `asked`, or of help.

        Help also comes where `prepare` fails, whether the question is too long, its conversation gone or the
        database away. Raises `TooManyRequests`, `Busy`, and for everybody else what `prepare` raises.
        """
        count, look = partial(self._count, asked.conversation_id), partial(self._look, asked, assistant)
        final = await let_in(count, look, self.request.app.state.admission, self.stack)
        if final is None:
            try:
                return answer(await prepare(), assistant)
            except (AssistantError, SQLAlchemyError) as error:
                if isinstance(error, UnknownConversation):
                    asked = replace(asked, conversation_id=None)
                if (final := await self._look(asked, assistant)) is None:
                    raise
        return as_events(final)

    async def _count(self, session: str | None) -> None:
        state = self.request.app.state
        asker = await asker_of(self.request, state.services.access, session)
        proof = Proof(self.request.headers.get(PROOF_HEADER, ""), self.ticket)
        self.request.scope[QUOTA] = await counted(asker, proof, state.rates, state.challenges)

    async def _look(self, asked: Question, assistant: Assistant) -> Final | None:
        first_help: FirstHelp = self.request.app.state.first_help
        return await first_help.look(replace(asked, text=asked.text[:LONGEST]), assistant)


async def reception(request: Request) -> AsyncIterator[Reception]:
    """A dependency of routes that answer a question."""
    async with AsyncExitStack() as stack:
        yield Reception(request, stack)
