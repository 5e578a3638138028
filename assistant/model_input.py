"""What a language model is given to word an answer from: passages as data, links as tokens, the question."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.model import Retrieved
    from ingest import Passage, StoredPage

PAGES = 3
PASSAGES = 8
CHARACTERS = 12_000
"""Of all passages together, so that one long table does not push everything out of a small model."""

EARLIER = 3
"""Earlier questions that are shown."""

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'|]*[^\s<>()\[\]\"'|.,;:!?*]", re.I)
_TOKEN = re.compile(r"\blink_\d+\b")


@dataclass(frozen=True, slots=True)
class ModelInput:
    """The user's message, and what its identifiers stand for."""

    message: str
    passages: Mapping[str, tuple[StoredPage, Passage]]
    """By "p1", "p2", … in the order shown."""
    links: Mapping[str, str]
    """Address by "link_1", "link_2", …"""

    def restore_links(self, text: str) -> str:
        """Tokens become the addresses they stand for; unknown tokens and written-out addresses vanish."""
        return _TOKEN.sub(lambda match: self.links.get(match.group(), ""), _LINK.sub("", text))


def model_input(retrieved: Retrieved) -> ModelInput:
    """The best passages of the best pages, in page order, with the redacted questions."""
    links: dict[str, str] = {}

    def hide(text: str) -> str:
        return _LINK.sub(lambda match: links.setdefault(match.group(), f"link_{len(links) + 1}"), text)

    chosen = {f"p{number}": each for number, each in enumerate(_chosen(retrieved), start=1)}
    shown = [
        {
            "id": key,
            "title": hide(page.page.title),
            "headings": [hide(heading) for heading in passage.heading_path],
            "text": hide(passage.text),
        }
        for key, (page, passage) in chosen.items()
    ]
    screened = retrieved.understood.screened
    lines = [f"Passages: {_json(shown)}"]
    if earlier := [turn.question for turn in screened.history[-EARLIER:]]:
        lines.append(f"Earlier questions: {_json(earlier)}")
    lines.append(f"Question: {_json(screened.text)}")
    return ModelInput("\n\n".join(lines), chosen, {token: address for address, token in links.items()})


def _json(value: object) -> str:
    """On one line: text inside cannot begin a line of its own and pass for something else."""
    return json.dumps(value, ensure_ascii=False).replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")


def _chosen(retrieved: Retrieved) -> list[tuple[StoredPage, Passage]]:
    left = CHARACTERS
    kept: list[tuple[int, int, StoredPage, Passage]] = []
    for rank, page, passage in _by_worth(retrieved):
        if len(kept) == PASSAGES:
            break
        if not kept or len(passage.text) <= left:
            kept.append((rank, passage.start, page, passage))
            left -= len(passage.text)
    return [(page, passage) for _, _, page, passage in sorted(kept, key=lambda each: each[:2])]


def _by_worth(retrieved: Retrieved) -> Iterator[tuple[int, StoredPage, Passage]]:
    """Each page's best passage, then the rest by score."""
    pages = retrieved.pages[:PAGES]
    for rank, ranked in enumerate(pages):
        for passage, _ in ranked.passages[:1]:
            yield rank, ranked.page, passage
    rest = [
        (score, rank, ranked.page, passage)
        for rank, ranked in enumerate(pages)
        for passage, score in ranked.passages[1:]
    ]
    for _, rank, page, passage in sorted(rest, key=lambda each: (-each[0], each[1], each[3].start)):
        yield rank, page, passage
