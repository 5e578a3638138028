"""Addresses of pages: the one form in which each is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import BadAddress
from ingest.sources.rules import rules

if TYPE_CHECKING:
    import httpx

_NAME = re.compile(
    r"(?!(?:javascript|data|vbscript|file|blob):)[^\W_][^\s<>\"'`\\^{}|/]{0,499}", re.IGNORECASE
)


def canonical(url: str, *, base: str | None = None) -> str:
    """The form of a web address in which it is kept.

    Scheme and host in lower case, no default port, no dot after the host, no fragment, no campaign
    parameters; `www.` and all other parameters stay, since they may name another page. A relative
    address is resolved against `base`. Raises BadAddress.
    """
    try:
        parsed = _parsed(url.strip())
        if base is not None:
            parsed = _parsed(base).join(parsed)
        host = parsed.host.rstrip(".")
    except ValueError as error:
        raise BadAddress(f"{_shown(url)} is not a web address: {error}") from error
    if parsed.scheme not in ("http", "https") or not host:
        raise BadAddress(f"{_shown(url)} is not a web address: it does not begin with http:// or https://")
    if parsed.userinfo:
        raise BadAddress("the address holds a user name or password")
    query = _without_tracking(parsed.query.decode("ascii", "replace")) or None
    path = parsed.raw_path.partition(b"?")[0].decode("ascii", "replace")
    netloc = f"[{host}]" if ":" in host else host.encode("idna").decode() if not host.isascii() else host
    port = "" if parsed.port is None else f":{parsed.port}"
    return f"{parsed.scheme}://{netloc}{port}{path or '/'}" + (f"?{query}" if query else "")


def host_of(url: str) -> str:
    """The host of an address that `canonical` has given."""
    return urlsplit(url).hostname or ""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that `canonical` has given, with a slash at the end."""
    return str(_parsed(url).copy_with(raw_path=b"/"))


def identifies(url: str) -> bool:
    """Whether `url` may stand as a page's address as it is.

    That is an absolute http or https address, or a name without white space such as `urn:isbn:1` or
    `PMID-4983`, which leads nowhere; but no path, and no scheme that a browser would run.
    """
    if not url.lower().startswith(("http:", "https:")):
        return _NAME.fullmatch(url) is not None
    try:
        parsed = _parsed(url)
    except ValueError:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host)


def _parsed(url: str) -> httpx.URL:
    """Raises ValueError."""
    import httpx  # a process that only answers does without it

    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from error


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _tracks(pair.partition("=")[0]))


def _tracks(name: str) -> bool:
    known = rules()
    return name.lower() in known.tracking_names or name.lower().startswith(known.tracking_prefixes)


def _shown(url: str) -> str:
    return repr(url if len(url) <= 100 else f"{url[:100]}…")
