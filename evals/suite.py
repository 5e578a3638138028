"""Suites of cases, as JSON lines: what is asked and what a right answer shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant import Outcome
from evals.errors import SuiteError

if TYPE_CHECKING:
    from collections.abc import Iterable

SUITES = Path(str(files("evals"))) / "suites"
"""The shipped suites."""


class Case(BaseModel):
    """One question and what is expected of its answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    id: str = Field(min_length=1)
    """Unique in its suite; stays the same for as long as the question does."""
    question: str = Field(min_length=1)
    """As a citizen would type it."""
    history: tuple[str, ...] = ()
    """Earlier questions of the conversation, first one first."""
    language: Literal["en", "mi", "mixed"] = "en"
    """Of the question."""
    pages: tuple[str, ...] = ()
    """Slugs (en/renew-an-adult-passport) or addresses of the pages that answer; any of them will do."""
    facts: tuple[str, ...] = ()
    """Texts, copied from a page byte for byte, that must stand in what the answer quotes."""
    forbidden: tuple[str, ...] = ()
    """Texts that must not."""
    forbidden_pages: tuple[str, ...] = ()
    """Slugs or addresses that must not be cited; one that ends in / stands for all that begin with it. A case
    with these and without pages or an outcome is right whether it is answered or declined."""
    answerable: bool = True
    """Whether the pages answer the question."""
    outcome: str | None = None
    """The expected ending (answered, not_found, refused_scope, crisis, ...), where it matters."""
    polarity: Literal["yes", "no"] | None = None
    """What a right answer to a can-I question comes down to."""
    group: str | None = None
    """Shared by the rephrasings of one question, whose answers should agree."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Such as topic, agency, kind and difficulty; every figure is also given by tag."""
    author: str = ""
    """Who wrote the case."""
    date: str = ""
    """When, as YYYY-MM-DD."""

    @property
    def either_ending(self) -> bool:
        """Whether an answer and a refusal are both right, as long as nothing forbidden is cited."""
        said = self.pages or self.facts or self.outcome
        return bool(self.answerable and self.forbidden_pages and not said)

    @field_validator("outcome")
    @classmethod
    def _known_outcome(cls, value: str | None) -> str | None:
        if value is not None and value not in set(Outcome):
            raise ValueError(f"must be one of {', '.join(sorted(Outcome))}")
        return value

    @field_validator("date")
    @classmethod
    def _real_date(cls, value: str) -> str:
        if value:
            date.fromisoformat(value)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Case:
        if not self.answerable and (self.pages or self.facts):
            raise ValueError("a case that is not answerable has no pages and no facts")
        if any(not text.strip() for text in (*self.pages, *self.facts, *self.forbidden, *self.history)):
            raise ValueError("pages, facts, forbidden and history hold no empty texts")
        return self


@dataclass(frozen=True, slots=True)
class Suite:
    """A named list of cases."""

    name: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a suite, at a line that counts from 1."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The good cases of a file by line number, and what is wrong with the others."""

    name: str
    cases: tuple[tuple[int, Case], ...]
    problems: tuple[Problem, ...]


def shipped() -> tuple[str, ...]:
    """Names of the suites that come with the product."""
    return names_in(SUITES)


def names_in(folder: Path) -> tuple[str, ...]:
    """Names of the suites in a folder; none where it does not exist."""
    return tuple(sorted(path.stem for path in folder.glob("*.jsonl")))


def load(name_or_path: str, own: Path | None = None) -> Suite:
    """A suite in the folder `own`, a shipped one by name, or a file; raises `SuiteError` naming bad lines."""
    parsed = parse(name_or_path, own)
    if parsed.problems:
        raise SuiteError(f"{parsed.name}: " + "; ".join(str(each) for each in parsed.problems))
    return Suite(parsed.name, tuple(case for _, case in parsed.cases))


def parse(name_or_path: str, own: Path | None = None) -> Parsed:
    """Every case of a suite and every problem; raises `SuiteError` for a file that cannot be read."""
    path = find(name_or_path, own)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SuiteError(
            f"there is no suite {name_or_path!r}",
            what_to_do=f"Give the path of a .jsonl file or one of: {', '.join(shipped())}.",
        ) from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path.name} is not UTF-8", what_to_do="Save the file as UTF-8.") from error
    return parse_lines(path.stem, lines)


def find(name_or_path: str, own: Path | None = None) -> Path:
    """The file of a suite in `own`, of a shipped one, or the path itself."""
    for folder in (own, SUITES):
        if folder is not None and (path := folder / f"{name_or_path}.jsonl").exists():
            return path
    return Path(name_or_path)


def parse_lines(name: str, lines: Iterable[str]) -> Parsed:
    """Cases and problems of JSON lines; empty lines count but hold nothing."""
    cases: list[tuple[int, Case]] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cases.append((number, Case.model_validate_json(line)))
        except ValidationError as error:
            problems += [Problem(number, wording(each)) for each in error.errors()]
    return Parsed(name, tuple(cases), (*problems, *repeated(cases)))


def schema() -> dict[str, Any]:
    """The JSON Schema of one line; published as evals/suites/case.schema.json."""
    made = Case.model_json_schema()
    made |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Case of a suite"}
    return made


def wording(error: Any) -> str:
    """One thing that a validator found wrong, with its field."""
    where = ".".join(str(part) for part in error["loc"])
    return f"{where}: {error['msg']}" if where else str(error["msg"])


def repeated(cases: Iterable[tuple[int, Case]]) -> list[Problem]:
    """Ids that stand several times."""
    lines: dict[str, list[int]] = {}
    for number, case in cases:
        lines.setdefault(case.id, []).append(number)
    return [
        Problem(numbers[-1], f"id {identifier!r} {len(numbers)} times (lines {', '.join(map(str, numbers))})")
        for identifier, numbers in lines.items()
        if len(numbers) > 1
    ]


def counts(cases: Iterable[Case]) -> dict[str, Counter[str]]:
    """How many cases have each value of each tag, and of language, ending and polarity."""
    found: dict[str, Counter[str]] = {}
    for case in cases:
        ending = case.outcome or ("answered" if case.answerable else "not answered")
        values = {"language": case.language, "ending": ending, **case.tags}
        if case.polarity:
            values["polarity"] = case.polarity
        for key, value in values.items():
            found.setdefault(key, Counter())[value] += 1
    return found
