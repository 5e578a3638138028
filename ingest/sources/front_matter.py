"""The YAML between two `---` lines at the top of a Markdown file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ingest.errors import IngestError
from ingest.model import Fact, FactStatus
from ingest.sources.address import identifies
from ingest.sources.text import clean

_BLOCK = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINES_BEFORE = 2
"""The opening `---`, and lines being counted from one."""


class BadFrontMatter(IngestError):
    """Front matter that cannot be used; `line` is counted from one in the whole file."""

    def __init__(self, line: int, message: str, *, what_to_do: str) -> None:
        super().__init__(f"line {line}: {message}. {what_to_do}", what_to_do=what_to_do)
        self.line = line


def _address(value: object) -> object:
    if isinstance(value, str) and not identifies(value.strip()):
        raise ValueError("must be a whole address that begins with https:// or http:// (or urn:)")
    return value.strip() if isinstance(value, str) else value


Address = Annotated[str, BeforeValidator(_address)]
Words = Annotated[str, Field(min_length=1)]


class _Values(BaseModel):
    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)


class StatedFact(_Values):
    """A fact as front matter states it."""

    text: Annotated[str, Field(min_length=1)]
    status: FactStatus
    source: Address | None = None
    read: date | None = None
    as_at: date | None = None

    @model_validator(mode="after")
    def _says_where(self) -> StatedFact:
        if self.status is FactStatus.READ and not (self.source and self.read):
            raise ValueError("a fact with status read needs a source and the date on which it was read")
        return self

    def fact(self) -> Fact:
        return Fact(clean(self.text), self.status, self.source, self.read, self.as_at)


class FrontMatter(_Values):
    """What a Markdown file says about its page. Keys that are not named here are left alone."""

    title: Words | None = None
    url: Address | None = None
    agency: str | None = None
    topic: str | None = None
    language: Literal["en", "mi"] = "en"
    last_updated: date | None = None
    facts: tuple[StatedFact, ...] = ()
    translation_of: str | None = None
    reviewed_by: str | None = None
    audience: Literal["citizen", "public-service"] = "citizen"

    @property
    def reviewed(self) -> bool:
        """Text in te reo Māori is reviewed once somebody is named; `reviewed_by: null` says nobody."""
        unsaid = "reviewed_by" not in self.model_fields_set
        return self.language != "mi" if unsaid else bool(self.reviewed_by)


@dataclass(frozen=True, slots=True)
class MarkdownFile:
    """A Markdown file's two parts; `stated` is None where it has no front matter."""

    stated: FrontMatter | None
    body: str


def read_markdown(text: str) -> MarkdownFile:
    """Take a cleaned Markdown text apart; raises BadFrontMatter."""
    block = _BLOCK.match(text)
    if block is None:
        if text.startswith("---\n") and re.match(r"---\n\w+:", text):
            raise BadFrontMatter(1, "the front matter has no end", what_to_do="Close it with a line `---`.")
        return MarkdownFile(None, text)
    return MarkdownFile(_stated(block["yaml"]), clean(text[block.end() :]))


def _stated(text: str) -> FrontMatter:
    try:
        values = yaml.safe_load(text)
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", None) or error)
        raise BadFrontMatter(
            (mark.line if mark else 0) + _LINES_BEFORE,
            f"the front matter is not YAML ({reason})",
            what_to_do="Put texts that hold colons or quotes into double quotes.",
        ) from error
    if not isinstance(values, dict):
        raise BadFrontMatter(
            _LINES_BEFORE, "the front matter has no `key: value` lines", what_to_do="Write `title: ...`."
        )
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "front matter"
        raise BadFrontMatter(
            _line_of(tree, first["loc"]) + _LINES_BEFORE,
            f"{field}: {first['msg'].removeprefix('Value error, ')}",
            what_to_do=f"Correct `{field}` in the front matter.",
        ) from error


def _line_of(node: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """The line, counted from zero, of the node at `path`, or of the last one on the way that is there."""
    line: int = node.start_mark.line if node is not None else 0
    for part in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if pair[0].value == part), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line, found[1]
            continue
        else:
            return line
        line = node.start_mark.line
    return line
