"""The commands, and how each of them reaches the built parts and reports what goes wrong."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, TypeVar

import typer

from assistant import AssistantError
from evals import EvalError
from guardrails import GuardrailError
from ingest import IngestError
from web.logs import configure_logging
from web.main import Services, services
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

FAILED = 1
WRONG = 2
PARTLY = 3


def with_services(work: Callable[[Services], Awaitable[T]]) -> T:
    """Run `work` on the parts that the environment configures; errors end the command with what to do."""

    async def run() -> T:
        settings = Settings()
        configure_logging(settings.log_level)
        async with services(settings) as built:
            return await work(built)

    try:
        return asyncio.run(run())
    except (IngestError, AssistantError, GuardrailError, EvalError) as error:
        what_to_do = getattr(error, "what_to_do", "")
        print(f"{error}\n{what_to_do}".strip(), file=sys.stderr)
        raise typer.Exit(FAILED) from error
