"""Verify each sentence against the very page it cites: what fails is replaced by the quote or dropped.

A sentence made of a page's own words passes when its quote stands byte for byte at its span. Any other
sentence must also say no more than its quotes do. A check that breaks counts as a check that failed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.cite import cite, shown
from guardrails import grounded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.model import Citation, Sentence
    from guardrails import Grounding
    from ingest import Snapshot

    Ground = Callable[[str, Sequence[str]], Grounding]


def verify(sentence: Sentence, snapshot: Snapshot, *, ground: Ground = grounded) -> tuple[Sentence, ...]:
    """The sentence itself, verbatim extracts in its place, or nothing."""
    try:
        if not sentence.citations or not all(stands(citation, snapshot) for citation in sentence.citations):
            return ()
        if is_quoted(sentence) or ground(sentence.text, [each.quote for each in sentence.citations]).ok:
            return (sentence,)
    except Exception:  # noqa: BLE001 a check that breaks must never let a sentence through
        pass
    return _extracts(sentence, snapshot)


def stands(citation: Citation, snapshot: Snapshot) -> bool:
    """Whether the quote is at its span of that version of its page, byte for byte."""
    page = snapshot.page(citation.page_id)
    if page is None or page.version != citation.page_version:
        return False
    return bool(citation.quote) and page.page.text[citation.start : citation.end] == citation.quote


def is_quoted(sentence: Sentence) -> bool:
    """Whether the sentence says what its first quote says, word for word."""
    return sentence.text == shown(sentence.citations[0].quote, sentence.kind)


def _extracts(sentence: Sentence, snapshot: Snapshot) -> tuple[Sentence, ...]:
    """The cited units themselves, each checked anew."""
    found = []
    for citation in sentence.citations:
        page = snapshot.page(citation.page_id)
        if page is None or not stands(citation, snapshot):
            continue
        for block in snapshot.blocks(page):
            for unit in block.units:
                if unit.start == citation.start and unit.end == citation.end:
                    found.append(replace(cite(page, block, unit), heading=sentence.heading))
    return tuple(each for each in found if is_quoted(each))
