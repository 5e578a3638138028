"""Bytes of an HTML page become text, whatever encoding its server says they are in."""

from __future__ import annotations

import codecs
import re

from bs4.dammit import EncodingDetector
from charset_normalizer import from_bytes

from ingest.errors import NotAPage

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_WEB_NAMES = dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252")
"""Labels that browsers read as windows-1252 (WHATWG Encoding Standard, section 4.2)."""

_SAMPLE = 4096


def decode(body: bytes, content_type: str | None) -> str:
    """The text of `body`.

    A byte order mark decides; then UTF-8 if the bytes are valid UTF-8, since text in another
    encoding hardly ever is; then what the header says, what the page says, what the bytes look like.
    Raises NotAPage for bytes that are no text.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    header = _CHARSET.search(content_type or "")
    stated = [header[1]] if header else []
    if b"\0" in body[:_SAMPLE]:
        return _wide(body, stated)
    if found := EncodingDetector.find_declared_encoding(body, is_html=True):
        stated.append(found)
    for name in ("utf-8", *stated):
        if (text := _strict(body, _WEB_NAMES.get(name.lower(), name))) is not None:
            return text
    best = from_bytes(body[: 16 * _SAMPLE]).best()
    return body.decode(best.encoding if best else "cp1252", "replace")


def _wide(body: bytes, stated: list[str]) -> str:
    for name in stated:
        if name.lower().startswith(("utf-16", "utf-32")) and (text := _strict(body, name)) is not None:
            return text
    raise NotAPage("it is not text")


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (LookupError, ValueError):
        return None
