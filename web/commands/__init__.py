"""The commands, and how each of them reaches the built parts and reports what goes wrong."""

from __future__ import annotations

import asyncio
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from assistant import AssistantError
from evals import EvalError
from guardrails import GuardrailError, Policy, Redactor
from ingest import IngestError
from web.access.audit import Audit
from web.errors import WebError
from web.logs import configure_logging
from web.main import Services, database, now, services
from web.settings import CORRECT, Settings, what_is_wrong

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine

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


@dataclass(frozen=True, slots=True)
class Stored:
    """The database alone, with what a change at a terminal needs: no model is loaded."""

    engine: AsyncEngine
    redact: Callable[[str], str]
    audit: Audit


def with_database(work: Callable[[Stored], Awaitable[T]]) -> T:
    """Run `work` on the database alone: it must be possible while nothing else is."""

    async def run() -> T:
        settings = Settings()
        configure_logging(settings.log_level)
        redactor = Redactor(Policy.load())

        def redact(text: str) -> str:
            return redactor.redact(text).text

        async with database(settings) as engine:
            return await work(Stored(engine, redact, Audit(engine, now, redact)))

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
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        print(f"{what_is_wrong(error)}\n{CORRECT}", file=sys.stderr)
        raise typer.Exit(FAILED) from error
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or type(error).__name__
        print(f"The database failed: {cause}\nRun `govt-assistant doctor`.", file=sys.stderr)
        raise typer.Exit(FAILED) from error
