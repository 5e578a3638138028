"""The commands, and how each of them reaches the built parts and reports what goes wrong."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError

from assistant import AssistantError
from evals import EvalError
from guardrails import GuardrailError
from ingest import IngestError
from web.errors import WebError
from web.logs import configure_logging
from web.main import Services, services
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

T = TypeVar("T")

FAILED = 1
WRONG = 2
PARTLY = 3


def with_services(work: Callable[[Services], Awaitable[T]], settings: Settings | None = None) -> T:
    """Run `work` on the parts that `settings`, or the environment, configure."""

    async def run() -> T:
        chosen = settings or Settings()
        configure_logging(chosen.log_level)
        async with services(chosen) as built:
            return await work(built)

    with errors_told():
        return asyncio.run(run())


@contextmanager
def errors_told() -> Iterator[None]:
    """An error of ours ends the command with what it is and what to do."""
    try:
        yield
    except (IngestError, AssistantError, GuardrailError, EvalError, WebError) as error:
        what_to_do = getattr(error, "what_to_do", "")
        print(f"{error}\n{what_to_do}".strip(), file=sys.stderr)
        raise typer.Exit(FAILED) from error
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or type(error).__name__
        print(f"The database failed: {cause}\nRun `govt-assistant doctor`.", file=sys.stderr)
        raise typer.Exit(FAILED) from error
