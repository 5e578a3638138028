"""Conditional requests (RFC 9110, section 13): nothing is sent twice, and nothing is overwritten unseen."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from fastapi import Response
from fastapi.encoders import jsonable_encoder

from assistant.programme import StaleRecord

if TYPE_CHECKING:
    from fastapi import Request

_VERSION = re.compile(r'^(?:W/)?"?([0-9]{1,9})(?:-\w+)?"?$')
"""Nine digits: no record has more versions, and the databases count as far."""
VARY = "Authorization, Cookie, Accept-Encoding"


def answered(
    request: Request, content: Any, *, etag: str | None = None, media_type: str = "application/json"
) -> Response:
    """The content, or 304 where the client has it; bytes go as they are, anything else as JSON."""
    body = content if isinstance(content, bytes) else _json(content)
    tag = f'"{etag or hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": VARY}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def version_in(if_match: str | None) -> int | None:
    """The version that an If-Match header names, None where there is none; raises `StaleRecord`."""
    if if_match is None:
        return None
    found = _VERSION.match(if_match.strip())
    if found is None:
        raise StaleRecord("If-Match does not name a version of the record")
    return int(found[1])


def _has(header: str, tag: str) -> bool:
    held = [each.strip().removeprefix("W/") for each in header.split(",")]
    return "*" in held or tag in held


def _json(content: Any) -> bytes:
    return json.dumps(jsonable_encoder(content), ensure_ascii=False, separators=(",", ":")).encode()
