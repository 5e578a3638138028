"""What must not stand in an answer: words of the prompt, links to elsewhere, markup that a page would run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from guardrails.findings import Finding

_LINK = re.compile(r"(?i)(?:\bhttps?:|(?<![\w:/]))//[^\s<>()\"'\]]+|\bwww\.[^\s<>()\"'\]]+")
_SCHEME = re.compile(r"(?i)\b(?:javascript|data|vbscript|file):(?=\S)")
_MARKUP = re.compile(
    r"(?i)<\s*/?\s*(?:script|iframe|img|svg|object|embed|form|input|style|link|meta|base|a|video|audio|math)\b"
    r"|\bon(?:error|load|click|mouseover|focus)\s*=|!\[[^\]]*\]\("
)


def inspect_output(text: str, *, canary: str, allowed_hosts: Collection[str]) -> tuple[Finding, ...]:
    """Findings of type PROMPT_LEAK, OFF_SITE_LINK and MARKUP in a text that is about to leave.

    `canary`: a token that stands only in the system prompt. `allowed_hosts`: host names; their subdomains
    are allowed too.
    """
    return tuple(sorted((*_leaks(text, canary), *_links(text, allowed_hosts), *_markup(text)), key=_place))


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.type


def _leaks(text: str, canary: str) -> Iterator[Finding]:
    if not canary:
        return
    # The token may come back spaced out, hyphenated or in another case.
    spread = r"[\W_]*".join(re.escape(c) for c in canary if c.isalnum())
    for match in re.finditer(spread, text, re.IGNORECASE):
        yield Finding("PROMPT_LEAK", match.start(), match.end(), 1.0, "output.canary")


def _links(text: str, allowed_hosts: Collection[str]) -> Iterator[Finding]:
    for match in _LINK.finditer(text):
        if not _is_allowed(match.group(), allowed_hosts):
            yield Finding("OFF_SITE_LINK", match.start(), match.end(), 1.0, "output.host")


def _is_allowed(link: str, allowed_hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(link if "//" in link else f"//{link}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if parts.username is not None or "\\" in link:
        return False
    return any(host == allowed or host.endswith(f".{allowed}") for allowed in map(str.lower, allowed_hosts))


def _markup(text: str) -> Iterator[Finding]:
    for pattern, rule in ((_MARKUP, "output.markup"), (_SCHEME, "output.scheme")):
        for match in pattern.finditer(text):
            yield Finding("MARKUP", match.start(), match.end(), 1.0, rule)
