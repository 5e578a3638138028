"""The root of the web room's own errors.

WebError                    anything the web room cannot do; says what to do
├── AccessError             who somebody is, and what they may do (web.access.errors)
├── JobError                work in the background (web.jobs.errors)
└── ConsoleError            what editors ask of the console (web.console.errors)
"""

from __future__ import annotations

from http import HTTPStatus


class WebError(Exception):
    """Root; `status` is the response's, `what_to_do` a sentence for the person who sees it."""

    status = HTTPStatus.BAD_REQUEST
    what_to_do = "Correct the request and send it again."

    def __init__(self, message: str, *, what_to_do: str | None = None) -> None:
        super().__init__(message)
        if what_to_do is not None:
            self.what_to_do = what_to_do
