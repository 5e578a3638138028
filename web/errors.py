"""The root of the web room's own errors.

WebError                    anything the web room cannot do; says what to do
├── AccessError             who somebody is, and what they may do (web.access.errors)
├── JobError                work in the background (web.jobs.errors)
└── ConsoleError            what editors ask of the console (web.console.errors)
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi.exceptions import RequestValidationError
    from pydantic import ValidationError


class WebError(Exception):
    """Root; `status` is the response's, `what_to_do` a sentence for the person who sees it."""

    status = HTTPStatus.BAD_REQUEST
    what_to_do = "Correct the request and send it again."

    def __init__(self, message: str, *, what_to_do: str | None = None) -> None:
        super().__init__(message)
        if what_to_do is not None:
            self.what_to_do = what_to_do


def first_fault(error: ValidationError | RequestValidationError) -> str:
    """The first field that is wrong and what is wrong with it; not what was typed, it may be personal."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    return f"{where}: {first['msg']}"
