"""Pages handed in as JSON lines."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import anyio

from ingest.errors import IngestError, SourceError
from ingest.model import Failed, Fetched, Page, Skipped
from ingest.sources.address import identifies
from ingest.sources.metadata import parse_date
from ingest.sources.text import clean, one_line, title_of, without_title

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import date

    from ingest.model import Validators

_MOST_BYTES = 20_000_000
_BATCH = 64
_IDS = ("id", "_id", "doc_id", "docid")
"""Keys under which public collections keep the names of their documents."""

Line = tuple[int, bytes]
"""A line's number, counted from one, and its bytes."""


class _BadLine(IngestError):
    what_to_do = "Correct the line."


class JsonlSource:
    """A file with one JSON object a line: `{"url", "title", "text", "language"?, "last_updated"?, ...}`.

    `text` is Markdown or plain. `url` is kept as it is given; where there is none, an `id` becomes
    `urn:page:<id>`. Keys that are not known are left alone. Where lines have the same address and
    language, the last good one counts. The file is read twice, line by line, so that its size does
    not matter: once to see which lines count, once for the pages. `complete` is false after a fetch
    in which a line failed, since its page cannot be told from one that is gone.
    """

    web = False

    def __init__(self, path: Path, *, complete: bool = True) -> None:
        self._path = path
        self._whole = complete
        self.name = str(path)
        self.complete = complete

    async def count(self) -> int | None:
        """The lines that are not empty; raises SourceError where the file cannot be read."""
        return await anyio.to_thread.run_sync(self._count)

    async def fetch(self, known: Mapping[str, Validators]) -> AsyncIterator[Fetched]:
        """Read every line; raises SourceError where the file cannot be read."""
        self.complete = self._whole
        with self._open() as file:
            last = await anyio.to_thread.run_sync(_last_lines, file)
            file.seek(0)
            lines = _lines(file)
            while batch := await anyio.to_thread.run_sync(_outcomes, lines, last):
                for outcome in batch:
                    if isinstance(outcome, Failed):
                        self.complete = False
                    yield outcome

    def _open(self) -> IO[bytes]:
        try:
            return self._path.open("rb")
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror}") from error

    def _count(self) -> int:
        with self._open() as file:
            return sum(1 for _ in _lines(file))


def read_line(line: bytes) -> Page:
    """The page that a line holds; raises IngestError with what is wrong with it."""
    values = _values(line)
    url = _address(values)
    text = clean(_string(values, "text") or "")
    stated = one_line(html.unescape(_string(values, "title") or "")) or None
    text, title = without_title(text, stated)
    title = title or title_of(text)
    if not text.strip() or title is None:
        raise _BadLine("it has no text")
    return Page(
        url=url, title=title, text=text, language=_language(values), agency=_string(values, "agency"),
        topic=_string(values, "topic"), last_updated=_date(values),
    )  # fmt: skip


def _lines(file: IO[bytes]) -> Iterator[Line]:
    number = 0
    while line := file.readline(_MOST_BYTES + 1):
        number += 1
        if len(line) > _MOST_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(_MOST_BYTES)
            yield number, b""
        elif line.strip():
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _last_lines(file: IO[bytes]) -> dict[bytes, int]:
    """For each page, the number of the last good line that holds it."""
    last: dict[bytes, int] = {}
    for number, line in _lines(file):
        try:
            last[_key(read_line(line))] = number
        except IngestError:
            # Reported with its reason when the pages are read.
            continue
    return last


def _outcomes(lines: Iterator[Line], last: Mapping[bytes, int]) -> list[Fetched]:
    """What the next lines hold; nothing at the end of the file."""
    outcomes: list[Fetched] = []
    for number, line in lines:
        outcomes.append(_outcome(number, line, last))
        if len(outcomes) == _BATCH:
            break
    return outcomes


def _outcome(number: int, line: bytes, last: Mapping[bytes, int]) -> Fetched:
    try:
        page = read_line(line)
    except IngestError as error:
        return Failed(f"line {number}", str(error))
    counts = last.get(_key(page), number)
    return page if counts == number else Skipped(f"line {number}", f"line {counts} has the same address")


def _key(page: Page) -> bytes:
    return hashlib.blake2b(f"{page.url}\n{page.language}".encode(), digest_size=16).digest()


def _values(line: bytes) -> dict[str, Any]:
    if not line:
        raise _BadLine(f"it is longer than {_MOST_BYTES // 1_000_000} MB")
    try:
        values = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise _BadLine("it is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _BadLine(f"it is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise _BadLine("it is not a JSON object")
    return values


def _string(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise _BadLine(f"`{name}` is not a text")
    return clean(value) if value and value.strip() else None


def _address(values: Mapping[str, Any]) -> str:
    url = (_string(values, "url") or "").strip()
    if not url:
        own = next((values[name] for name in _IDS if values.get(name) not in (None, "")), None)
        if isinstance(own, bool) or not isinstance(own, str | int) or not str(own).strip():
            raise _BadLine("it has neither `url` nor `id`")
        return f"urn:page:{one_line(str(own))}"
    if not identifies(url):
        raise _BadLine("`url` is neither a whole address that begins with https:// nor a name without spaces")
    return url


def _language(values: Mapping[str, Any]) -> str:
    stated = (_string(values, "language") or "en").replace("_", "-").partition("-")[0].strip().lower()
    if not (stated.isascii() and stated.isalpha()):
        raise _BadLine("`language` is not a language tag such as en or mi")
    return stated


def _date(values: Mapping[str, Any]) -> date | None:
    stated = _string(values, "last_updated")
    if stated is None:
        return None
    if (found := parse_date(stated)) is None:
        raise _BadLine("`last_updated` is not a date such as 2025-03-31")
    return found
