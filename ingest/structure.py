"""A page's Markdown as blocks and units, each with its place in the text.

A *block* is what must not be torn apart (a paragraph, a whole list, a whole table). A *unit* is the
smallest thing that an answer quotes: a sentence, a list item, a step, a table row. Offsets are code
points into the page's text, so `text[unit.start:unit.end]` is the quote, byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token


class BlockKind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"


class UnitKind(StrEnum):
    """What a unit is, which decides how it is shown."""

    SENTENCE = "sentence"
    ITEM = "item"
    STEP = "step"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest quotable part of a page.

    `header` is the span of the table's header row for a row, `number` the number of a step,
    `depth` how deep in nested lists an item stands (0 is the outermost).
    """

    kind: UnitKind
    start: int
    end: int
    header: tuple[int, int] | None = None
    number: int | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that stays whole, under the headings in `heading_path` (outermost first)."""

    kind: BlockKind
    start: int
    end: int
    heading_path: tuple[str, ...]
    units: tuple[Unit, ...]


LONG_ITEM = 60
"""Words from which a list item is quoted by the sentence."""

LONGEST_SENTENCE = 1_500
"""Characters from which a run without an end is cut between words: it is no sentence."""

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_BLOCK_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_BLOCK_PARSER.core.ruler.enableOnly(["normalize", "block"])
"""What stands inside a line is parsed where it is shown, by `plain`."""
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|No|Nos|vs|approx|Inc|Ltd|cf|a\.m|p\.m|Jan|Feb|Aug|Sept|Oct|Nov|Dec"
    r"|al|Fig|Figs|U\.S|U\.K)|(?<=\s)[A-Z]|^[A-Z])\.$"
)
_BOUNDARY = re.compile(
    r"[.!?…]+[\"'”’)\]]*(?=\s+|$)|\n{2,}"
    r"|(?<=[a-z]{3})[.!?](?=[A-Z][a-z]*[\s,])"  # a space that got lost between two sentences
)
_LONGEST_ABBREVIATION = 20
_BEARABLE = re.compile(rf".{{1,{LONGEST_SENTENCE}}}(?:\s|\Z)|.{{1,{LONGEST_SENTENCE}}}", re.DOTALL)
_NEXT = re.compile(r"\S")
_INLINE = re.compile(r"[\\`*_\[<&~\x00]")
"""Characters of which inline Markdown makes something else than themselves."""
_INLINE_MARK = re.compile(r"[*_`#>\[\]]+")


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of Markdown `text` in order; a text without Markdown is its paragraphs."""
    return tuple(_Walk(text).blocks())


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the sentences in `text[start:end]`, without the white space around them."""
    begin = start
    for match in _BOUNDARY.finditer(text, start, end):
        before = text[max(begin, match.end() - _LONGEST_ABBREVIATION) : match.end()]
        if _ABBREVIATION.search(before) and match.end() < end:
            continue
        following = _NEXT.search(text, match.end(), end)
        if following and following.group().islower() and "\n\n" not in match.group():
            continue
        yield from _bearable(text, begin, match.end())
        begin = match.end()
    yield from _bearable(text, begin, end)


def plain(markdown: str) -> str:
    """Inline Markdown as the words that a reader sees: no emphasis marks, links as their text."""
    if _INLINE.search(markdown) is None:  # most sentences, which need no parser
        return re.sub(r"\s+", " ", markdown).strip()
    tokens = _PARSER.parseInline(markdown)
    words: list[str] = []
    for token in tokens[0].children or []:
        if token.type in {"text", "code_inline"}:
            words.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            words.append(" ")
        elif token.type == "image":
            words.append(token.content)
    return re.sub(r"\s+", " ", "".join(words)).strip()


def cells(row: str) -> tuple[str, ...]:
    """The cells of a Markdown table row, in plain words."""
    inner = row.strip().removeprefix("|").removesuffix("|")
    return tuple(plain(cell.strip()) for cell in re.split(r"(?<!\\)\|", inner))


def _bearable(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start <= LONGEST_SENTENCE:
        yield from _trimmed(text, start, end)
        return
    for piece in _BEARABLE.finditer(text, start, end):
        yield from _trimmed(text, *piece.span())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    chunk = text[start:end]
    lead = len(chunk) - len(chunk.lstrip())
    body = chunk.strip()
    if _INLINE_MARK.sub("", body):
        yield start + lead, start + lead + len(body)


class _Walk:
    """One pass over the parser's tokens, turning line numbers into offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [0]
        for line in text.split("\n"):
            self.lines.append(min(self.lines[-1] + len(line) + 1, len(text)))
        self.tokens = _BLOCK_PARSER.parse(text)
        self.path: list[tuple[int, str]] = []

    def blocks(self) -> Iterator[Block]:
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            close = self._closing(at)
            if token.type == "heading_open":
                self._enter(token, self.tokens[at + 1].content)
            elif token.map is not None:
                units = tuple(self._units(token, at, close))
                if units:
                    yield self._block(token, units)
            at = close + 1

    def _enter(self, token: Token, content: str) -> None:
        level = int(token.tag[1])
        self.path = [(depth, title) for depth, title in self.path if depth < level]
        self.path.append((level, plain(content)))

    def _block(self, token: Token, units: tuple[Unit, ...]) -> Block:
        start, end = self._span(token)
        kind = BlockKind.PARAGRAPH
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            kind = BlockKind.LIST
        elif token.type == "table_open":
            kind = BlockKind.TABLE
        return Block(kind, start, end, tuple(title for _, title in self.path), units)

    def _units(self, token: Token, at: int, close: int) -> Iterator[Unit]:
        if token.type == "table_open":
            yield from self._rows(at, close)
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            yield from self._items(at, close)
        else:
            for start, end in sentences(self.text, *self._span(token)):
                yield Unit(UnitKind.SENTENCE, start, end)

    def _rows(self, at: int, close: int) -> Iterator[Unit]:
        header: tuple[int, int] | None = None
        for token in self.tokens[at:close]:
            if token.type == "tr_open" and token.map is not None:
                if header is None:
                    header = self._span(token)
                else:
                    yield Unit(UnitKind.ROW, *self._span(token), header=header)

    def _items(self, at: int, close: int) -> Iterator[Unit]:
        """List items outermost first, each without the lists nested in it."""
        depth = -1
        counters: list[int | None] = []
        for token in self.tokens[at:close]:
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                depth += 1
                ordered = token.type == "ordered_list_open"
                counters.append(int(token.attrs.get("start", 1)) - 1 if ordered else None)
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                depth -= 1
                counters.pop()
            elif token.type == "list_item_open" and counters[-1] is not None:
                counters[-1] += 1
            elif token.type == "inline" and token.map is not None:
                yield from self._item(token, depth, counters[-1])

    def _item(self, token: Token, depth: int, number: int | None) -> Iterator[Unit]:
        lines = token.content.split("\n")
        first, last = token.map or (0, 0)
        start = self.text.index(lines[0], self.lines[first]) if lines[0] else self.lines[first]
        end_line = self.lines[max(last - 1, first)]
        end = self.text.index(lines[-1], max(start, end_line)) + len(lines[-1])
        kind = UnitKind.STEP if number is not None else UnitKind.ITEM
        if len(self.text[start:end].split()) <= LONG_ITEM:
            yield from (
                Unit(kind, *span, number=number, depth=depth) for span in _trimmed(self.text, start, end)
            )
            return
        for span in sentences(self.text, start, end):
            yield Unit(kind, *span, number=number, depth=depth)

    def _span(self, token: Token) -> tuple[int, int]:
        first, last = token.map or (0, 0)
        start, end = self.lines[first], self.lines[min(last, len(self.lines) - 1)]
        return next(_trimmed(self.text, start, end), (start, start))

    def _closing(self, at: int) -> int:
        token = self.tokens[at]
        if token.nesting != 1:
            return at
        level = token.level
        for index in range(at + 1, len(self.tokens)):
            if self.tokens[index].nesting == -1 and self.tokens[index].level == level:
                return index
        return len(self.tokens) - 1
