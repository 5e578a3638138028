"""One document is read from its address: redirects followed by hand, retried, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from ingest.errors import BadAddress, NotFetched
from ingest.sources.address import canonical, host_of
from ingest.sources.documents import DOCUMENT_TYPES, is_document_address
from ingest.sources.polite import Politeness, Sleep

if TYPE_CHECKING:
    from ingest.sources.reach import Reach

_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_MARKUP = ("text/html", "application/xhtml+xml")
_LISTS = ("application/xml", "text/xml", "application/gzip", "application/x-gzip", "application/octet-stream")
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a web source is read, how fast and how long.

    `seconds` is for one document from first byte sent to last byte read. `longest_delay` is the
    longest pause that robots.txt may ask for before the host's pages are left out.
    """

    page_bytes: int = 5 * MEGABYTE
    document_bytes: int = 25 * MEGABYTE
    list_bytes: int = 50 * MEGABYTE
    """The size that the sitemap protocol allows."""
    robots_bytes: int = 500_000
    """What RFC 9309 asks to be read at least, section 2.5."""
    seconds: float = 30.0
    redirects: int = 5
    attempts: int = 3
    longest_wait: float = 30.0
    per_host: int = 2
    at_once: int = 8
    pages: int = 50_000
    documents: int = 2_000
    """Documents that pages link to."""
    longest_delay: float = 60.0


@dataclass(frozen=True, slots=True)
class Document:
    """What was read; `url` is where it was in the end, `moved` whether for good."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes
    hops: tuple[str, ...] = ()
    moved: bool = False

    @property
    def content_type(self) -> str | None:
        stated: str | None = self.headers.get("content-type")
        return stated

    @property
    def media_type(self) -> str:
        return (self.content_type or "").partition(";")[0].strip().lower()


class TooLarge(NotFetched):
    """A document is larger than is read."""


class _Busy(NotFetched):
    """It may go better in a moment."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


Headers = Callable[[str], Mapping[str, str]]
Allow = Callable[[str], Awaitable[None]]


class Downloader:
    """Reads documents with `client`, which is expected to guard what it connects to."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        reach: Reach,
        limits: Limits,
        politeness: Politeness,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._reach = reach
        self._limits = limits
        self._politeness = politeness
        self._sleep = sleep

    async def get(self, url: str, *, allow: Allow | None = None, headers: Headers | None = None) -> Document:
        """Read the document at `url`, after redirects; each address on the way is checked.

        `allow` raises for an address that is not to be read, `headers` gives what to send to one.
        Raises NotFetched, TooLarge, OutOfReach, BadAddress and what `allow` raises. A status other than
        a redirect or a passing fault is given back, not raised. Only HTML, sitemaps, PDF and
        Word documents have a body.
        """
        hops: list[str] = []
        for_good = True
        here = url
        while True:
            self._reach.check(here)
            if allow is not None:
                await allow(here)
            found = await self._insist(here, headers(here) if headers else {})
            location = found.headers.get("location")
            if found.status not in _MOVED or not location:
                return Document(
                    here, found.status, found.headers, found.body, tuple(hops), moved=bool(hops) and for_good
                )
            hops.append(here)
            for_good = for_good and found.status in _MOVED_FOR_GOOD
            here = canonical(location, base=here)
            if here in hops or len(hops) > self._limits.redirects:
                raise NotFetched("it redirects in a circle" if here in hops else "it redirects too often")

    async def _insist(self, url: str, headers: Mapping[str, str]) -> Document:
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._limits.attempts),
            wait=self._wait,
            retry=retry_if_exception_type(_Busy),
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(self._once, url, headers)

    def _wait(self, state: RetryCallState) -> float:
        longest = self._limits.longest_wait
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, _Busy) else None
        jittered = wait_random_exponential(multiplier=0.5, max=longest)(state)
        return min(max(asked or 0.0, jittered), longest)

    async def _once(self, url: str, headers: Mapping[str, str]) -> Document:
        async with self._politeness.turn(host_of(url)):
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await self._read(url, headers)
            except (TimeoutError, httpx.TimeoutException) as error:
                raise _Busy(f"it took longer than {self._limits.seconds:g} seconds") from error
            except httpx.HTTPError as error:
                raise _Busy(f"the connection failed ({type(error).__name__}: {error})") from error
            except httpx.InvalidURL as error:
                raise BadAddress(f"it is not a web address: {error}") from error

    async def _read(self, url: str, headers: Mapping[str, str]) -> Document:
        async with self._client.stream(
            "GET", url, headers=dict(headers), follow_redirects=False, timeout=self._limits.seconds
        ) as answer:
            if answer.status_code in _BUSY:
                raise _Busy(f"the server answered {answer.status_code}", _seconds(answer.headers))
            empty = Document(url, answer.status_code, answer.headers, b"")
            most = self._most(empty)
            if answer.status_code != httpx.codes.OK or not most:
                return empty
            return Document(url, answer.status_code, answer.headers, await _body(answer, most))

    def _most(self, document: Document) -> int:
        """How many bytes of it are read; none of a kind that cannot be used."""
        if document.url.endswith("/robots.txt"):
            return self._limits.robots_bytes
        if document.media_type in _MARKUP or not document.media_type:
            return self._limits.page_bytes
        if document.media_type in DOCUMENT_TYPES or is_document_address(document.url):
            return self._limits.document_bytes
        return self._limits.list_bytes if document.media_type in _LISTS else 0


async def _body(answer: httpx.Response, most: int) -> bytes:
    stated = answer.headers.get("content-length", "")
    if stated.isdigit() and int(stated[:18]) > most:
        raise TooLarge(f"it is larger than {most / MEGABYTE:g} MB")
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > most:
            raise TooLarge(f"it is larger than {most / MEGABYTE:g} MB")
    return bytes(body)


def _seconds(headers: httpx.Headers) -> float | None:
    """Retry-After in seconds; the form with a date is not read (RFC 9110, section 10.2.3)."""
    stated = headers.get("retry-after", "").strip()
    return float(stated) if stated.isascii() and stated.isdigit() and len(stated) < 6 else None
