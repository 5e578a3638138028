"""A page becomes passages: about 128 tokens each, cut at headings, tables and lists whole.

Sizes follow measurements on the same weights: passages of 64 to 192 tokens retrieve about equally
well, longer ones worse, and a passage that carries its page's title and headings does much better
than one that does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.model import Page, Passage, digest
from ingest.structure import Block, BlockKind, Unit, blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CHUNKER = "headings-128-v1"
"""Name of the way of cutting; part of what makes a stored passage still valid."""

TARGET_TOKENS = 128
LIMIT_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of one section, and its size in tokens."""

    start: int
    end: int
    size: int
    path: tuple[str, ...]


def passages(page: Page, count: Callable[[str], int], cutting: str = CHUNKER) -> tuple[Passage, ...]:
    """Cut `page`; `count` gives a text's length in the embedder's tokens.

    `cutting` names how pages are cut now, so that passages of two ways of cutting never mix.
    """
    name = f"{page.version}\n{cutting}"
    pieces = [piece for section in _sections(blocks(page.text)) for piece in _pack(page.text, section, count)]
    return tuple(_passage(page, name, ordinal, piece) for ordinal, piece in enumerate(pieces))


def _passage(page: Page, name: str, ordinal: int, piece: Piece) -> Passage:
    text = page.text[piece.start : piece.end]
    return Passage(
        id=digest(f"{name}\n{piece.start}\n{piece.end}")[:24],
        page_id=page.id,
        page_version=name.partition("\n")[0],
        ordinal=ordinal,
        heading_path=piece.path,
        start=piece.start,
        end=piece.end,
        text=text,
        search_text=Passage.searchable(page.title, piece.path, text),
    )


def _sections(page_blocks: Sequence[Block]) -> Iterator[list[Block]]:
    section: list[Block] = []
    for block in page_blocks:
        if section and block.heading_path != section[-1].heading_path:
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _pack(text: str, section: list[Block], count: Callable[[str], int]) -> Iterator[Piece]:
    """Fill passages with whole blocks up to the target; a long paragraph is cut between sentences."""
    current: Piece | None = None
    for piece in _pieces(text, section, count):
        if current is not None and current.size + piece.size <= TARGET_TOKENS:
            current = replace(current, end=piece.end, size=current.size + piece.size)
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def _pieces(text: str, section: list[Block], count: Callable[[str], int]) -> Iterator[Piece]:
    for block in section:
        size = count(text[block.start : block.end])
        if size <= LIMIT_TOKENS or block.kind is not BlockKind.PARAGRAPH:
            yield Piece(block.start, block.end, size, block.heading_path)
        else:
            yield from _cut(text, block, count)


def _cut(text: str, block: Block, count: Callable[[str], int]) -> Iterator[Piece]:
    """A long paragraph in runs of sentences, each beginning with the last sentence of the one before."""
    run: list[tuple[Unit, int]] = []
    for unit in block.units:
        size = count(text[unit.start : unit.end])
        if run and sum(each for _, each in run) + size > TARGET_TOKENS:
            yield _joined(run, block)
            last = run[-1]
            run = [last] if last[1] <= TARGET_TOKENS // 3 else []
        run.append((unit, size))
    if run:
        yield _joined(run, block)


def _joined(run: list[tuple[Unit, int]], block: Block) -> Piece:
    return Piece(run[0][0].start, run[-1][0].end, sum(size for _, size in run), block.heading_path)
