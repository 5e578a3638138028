"""One case asked once, with everything that scoring needs: nothing has to be asked or looked up again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from assistant import Answer
from evals.suite import Case


@dataclass(frozen=True, slots=True)
class Found:
    """A page that retrieval ranked, with what spoke for it."""

    page_id: str
    url: str
    slug: str | None
    title: str
    score: float
    dense: float
    lexical: float

    def is_any(self, names: frozenset[str]) -> bool:
        """Whether one of these slugs or addresses is this page's."""
        return self.url in names or (self.slug is not None and self.slug in names)


@dataclass(frozen=True, slots=True)
class Checked:
    """A citation of the answer as the stored page bears it out."""

    url: str
    slug: str | None
    verifies: bool
    """The quote stands byte for byte at its span of the stored page."""

    def is_any(self, names: frozenset[str]) -> bool:
        """Whether one of these slugs or addresses is the cited page's."""
        return self.url in names or (self.slug is not None and self.slug in names)

    def begins_with(self, prefix: str) -> bool:
        """Whether the page's slug or address begins so."""
        return self.url.startswith(prefix) or (self.slug or "").startswith(prefix)


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking gave. Equal questions on equal parts give equal values: no identifier, no time."""

    answer: Answer
    ranked: tuple[Found, ...] = ()
    citations: tuple[Checked, ...] = ()
    """One for each citation of each sentence, in order."""
    personal: tuple[str, ...] = ()
    """Kinds of personal information in the answer that the pages it cites do not say."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A case, what asking it gave, and how long each step took."""

    case: Case
    """With its question and history redacted."""
    asked: Asked
    repeat: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by step; no part of what is compared between runs."""

    @property
    def answer(self) -> Answer:
        """What the citizen was given."""
        return self.asked.answer

    @property
    def quoted(self) -> str:
        """Everything that the answer quotes, a line each."""
        return "\n".join(
            citation.quote for sentence in self.answer.sentences for citation in sentence.citations
        )

    @property
    def shown(self) -> str:
        """Everything that the answer says, a line each."""
        return "\n".join(sentence.text for sentence in self.answer.sentences)

    @property
    def answered(self) -> bool:
        """Whether sentences about the matter were shown."""
        return bool(self.answer.sentences)

    @property
    def offered(self) -> bool:
        """Whether the reader was asked back, with an expected page among the choices."""
        names = frozenset(self.case.pages)
        expected = {each.page_id for each in self.asked.ranked if each.is_any(names)}
        return any(choice.page_id in expected for choice in self.answer.choices)


_ASKED = TypeAdapter(Asked)


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values are equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dump_asked(asked: Asked) -> str:
    """As canonical JSON."""
    return canonical(_ASKED.dump_python(asked, mode="json"))


def load_asked(text: str) -> Asked:
    """What `dump_asked` wrote."""
    return _ASKED.validate_json(text)


def dump_case(case: Case) -> str:
    """As canonical JSON, without what is left at its default."""
    return canonical(case.model_dump(mode="json", exclude_defaults=True))


def dump_trial(trial: Trial) -> str:
    """One line of a run's log: all but the timings."""
    return canonical(
        {
            "case": json.loads(dump_case(trial.case)),
            "repeat": trial.repeat,
            "asked": _ASKED.dump_python(trial.asked, mode="json"),
        }
    )
