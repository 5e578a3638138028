"""The extractive composer: an answer made of the page's own sentences, steps, rows and contacts.

It takes the best page, scores each of its units by what the question asks for, and shows the few that
answer in the page's order, lists as lists and rows as rows. This is the product for everyone who has
no language model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.cite import cite
from assistant.model import QuestionKind, Sentence
from ingest import BlockKind, UnitKind, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.model import RankedPage, Retrieved
    from ingest import Block, Unit

WORDS = 80
"""Words that an answer aims at: what a phone shows without scrolling far."""

MOST_STEPS = 9

_SIGNS: dict[QuestionKind, re.Pattern[str]] = {
    QuestionKind.FEE: re.compile(r"\$\s?\d|\d\s?%|\bfree\b|\bcosts?\b|\bfees?\b|\bcharged?\b|\bpays?\b|\brates?\b", re.I),
    QuestionKind.TIME: re.compile(
        r"\b\d+(?:st|nd|rd|th)?\b.*?\b(?:days?|weeks?|months?|years?|hours?)\b|\bwithin\b|\bbefore\b|\bby \d|\buntil\b"
        r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
        r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b.{0,20}\b(?:days?|weeks?|months?|years?)\b",
        re.I,
    ),
    QuestionKind.CONTACT: re.compile(r"\b(?:phone|call|text|email|contact)\b|\b0[58]0\d|\b111\b|\b105\b|waea|īmēra", re.I),
    QuestionKind.PLACE: re.compile(r"\bonline\b|\boffice\b|\bwebsite\b|https?://|\bat\b|\bbranch\b", re.I),
    QuestionKind.ELIGIBILITY: re.compile(
        r"\bcan(?:not)?\b|\bmust\b|\bneed not\b|\bdo not (?:need|have)\b|\bdoes not\b|\bmay\b|\bif you\b|\beligible\b"
        r"|\bqualify\b|\bunless\b|\bonly\b|\bit is illegal\b|\bneed(?:s)? to\b|\bhave to\b",
        re.I,
    ),
    QuestionKind.DOCUMENTS: re.compile(r"\byou (?:will )?need\b|\bproof\b|\bcertificate\b|\bform\b|\bphotos?\b|\bevidence\b", re.I),
    QuestionKind.DEFINITION: re.compile(r"\b(?:is|are|means)\b", re.I),
}
_HEADINGS: dict[QuestionKind, re.Pattern[str]] = {
    QuestionKind.FEE: re.compile(r"cost|fee|price|pay|how much|rate|utu", re.I),
    QuestionKind.TIME: re.compile(r"when|how long|time|deadline|dates?|wait|āhea", re.I),
    QuestionKind.CONTACT: re.compile(r"contact|help|whakapā", re.I),
    QuestionKind.DOCUMENTS: re.compile(r"what you (?:will )?need|documents|proof|evidence|hiahiatia", re.I),
    QuestionKind.ELIGIBILITY: re.compile(r"who can|who cannot|eligib|can get|cannot|rules|whether|wai", re.I),
    QuestionKind.STEPS: re.compile(r"^how (?:to|do)|apply|steps|what to do|tono", re.I),
    QuestionKind.DEFINITION: re.compile(r"what .* is|^about|he aha", re.I),
}


@dataclass(frozen=True, slots=True)
class _Scored:
    """A unit, the block it stands in, and how well it fits the question."""

    unit: Unit
    block: int
    score: float


def extract(retrieved: Retrieved) -> tuple[Sentence, ...]:
    """The sentences of the best page that answer; none where nothing relevant was found."""
    if not retrieved.relevant or not retrieved.pages:
        return ()
    ranked = retrieved.pages[0]
    page_blocks = retrieved.snapshot.blocks(ranked.page)
    scored = _scores(retrieved, ranked, page_blocks)
    chosen = _choose(scored, page_blocks, retrieved)
    return tuple(cite(ranked.page, page_blocks[each.block], each.unit) for each in chosen)


def _scores(retrieved: Retrieved, ranked: RankedPage, page_blocks: Sequence[Block]) -> list[_Scored]:
    understood, lexical = retrieved.understood, retrieved.snapshot.lexical
    text = ranked.page.page.text
    title = set(terms(ranked.page.page.title))
    asked = [term for term in understood.terms if term not in title] or list(understood.terms)
    best = ranked.passages[0][1] if ranked.passages else 1.0
    found = []
    for at, block in enumerate(page_blocks):
        heading_terms = set(terms(" ".join(block.heading_path)))
        passage = max((s for p, s in ranked.passages if p.start <= block.start < p.end), default=0.0)
        for unit in block.units:
            own = set(terms(text[unit.start : unit.end]))
            if unit.header is not None:
                own |= set(terms(text[slice(*unit.header)]))
            score = (
                1.0 * passage / max(best, 1e-6)
                + 1.0 * lexical.coverage(asked, own)
                + 0.5 * lexical.coverage(asked, own | heading_terms)
                + _kind_bonus(understood.kinds, text[unit.start : unit.end], block)
            )
            found.append(_Scored(unit, at, score))
    return found


def _kind_bonus(kinds: Sequence[QuestionKind], text: str, block: Block) -> float:
    heading = block.heading_path[-1] if block.heading_path else ""
    bonus = 0.0
    for weight, kind in zip((0.5, 0.25), kinds, strict=False):
        if (sign := _SIGNS.get(kind)) and sign.search(text):
            bonus += weight
        if (sign := _HEADINGS.get(kind)) and sign.search(heading):
            bonus += weight
        if kind is QuestionKind.STEPS and any(unit.kind is UnitKind.STEP for unit in block.units):
            bonus += weight
    if QuestionKind.CONTACT not in kinds and _HEADINGS[QuestionKind.CONTACT].search(heading):
        bonus -= 0.5
    return bonus


def _choose(scored: list[_Scored], page_blocks: Sequence[Block], retrieved: Retrieved) -> list[_Scored]:
    """The best unit with what it needs to be understood, then others that come close, in page order."""
    if not scored:
        return []
    text = retrieved.pages[0].page.page.text
    chosen: dict[int, _Scored] = {}
    budget = WORDS
    ordered = sorted(scored, key=lambda each: (-each.score, each.unit.start))
    for candidate in ordered:
        if chosen and candidate.score < 0.72 * ordered[0].score:
            break
        group = [each for each in _group(candidate, scored, page_blocks, text) if each.unit.start not in chosen]
        size = sum(len(text[each.unit.start : each.unit.end].split()) for each in group)
        if chosen and size > budget:
            continue
        chosen |= {each.unit.start: each for each in group}
        budget -= size
        if len(chosen) >= 3 and budget < WORDS / 3:
            break
    return [chosen[start] for start in sorted(chosen)]


def _group(
    candidate: _Scored, scored: list[_Scored], page_blocks: Sequence[Block], text: str
) -> Iterator[_Scored]:
    """A unit with its lead-in; a step with all steps of its list; an item with what it hangs on."""
    block = page_blocks[candidate.block]
    if block.kind is BlockKind.LIST:
        yield from _lead_in(candidate.block, scored, page_blocks, text)
        if candidate.unit.kind is UnitKind.STEP:
            steps = [each for each in scored if each.block == candidate.block]
            yield from steps[:MOST_STEPS]
            return
    yield candidate


def _lead_in(at: int, scored: list[_Scored], page_blocks: Sequence[Block], text: str) -> Iterator[_Scored]:
    """The sentence before a list that ends in a colon: without it the items say nothing."""
    if at == 0 or page_blocks[at - 1].heading_path != page_blocks[at].heading_path:
        return
    before = [each for each in scored if each.block == at - 1]
    if before and text[before[-1].unit.start : before[-1].unit.end].rstrip().endswith(":"):
        yield before[-1]
