"""What the `<govt-assistant>` element needs besides the API: words, and pages allowed to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter
from starlette.middleware.cors import CORSMiddleware

from assistant import words
from web.response_headers import changing_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import MutableHeaders
    from starlette.types import ASGIApp, Receive, Scope, Send

router = APIRouter(include_in_schema=False)

SHOWN = """
    how_link lead about_personal title question_label question_hint ask open_whole forget
    independent error_empty error_not_text working answer_ready busy unreachable broke_off stopped
    thanks failed forgotten you_asked stop automated person_heading next_heading ask_again
    quote_from new_tab unchecked last_updated no_date agency_unknown origin_starter origin_source
    origin_record sources date months helpful yes no call text_message visit removed_short
    as_at stale not_reviewed language_en language_mi unreviewed_interface
""".split()
"""Interface words that the element shows."""

OPEN = ("/v1/answers", "/v1/feedback", "/v1/conversations/", "/v1/citations/", "/embed/")
"""What pages of the allowed origins may use; nothing of the console is among it."""


@router.get("/embed/words/{language}")
async def read_words(language: Literal["en", "mi"]) -> dict[str, str]:
    """The element's words in one language; `spoken` is the one that they are in."""
    shown = words(language)
    told = {"redacted": shown.note["redacted"], "spoken": shown.language}
    return {name: shown.interface[name] for name in SHOWN} | told


class EmbedOrigins:
    """ASGI middleware: cross-origin requests to `OPEN` from `origins`, and to the public files from anywhere.

    No credentials are allowed across origins. Files are, since a module script cannot be loaded otherwise.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Content-Type", "Accept", "Proof-Of-Work"],
            expose_headers=["Conversation-Id", "Retry-After", "RateLimit", "RateLimit-Policy"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on, with the headers that its path allows."""
        if scope["type"] == "http" and scope["path"].startswith(OPEN):
            await self._shared(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/static/"):
            await self._app(scope, receive, _public(send))
        else:
            await self._app(scope, receive, send)


def _public(send: Send) -> Send:
    def open_to_all(headers: MutableHeaders, _status: int) -> None:
        headers["Access-Control-Allow-Origin"] = "*"

    return changing_headers(send, open_to_all)
