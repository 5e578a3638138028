"""How likely the best page is to answer, and from where on it is trusted: when to say "I don't know".

A logistic model over what speaks for the page and against it. It is fitted by `govt-assistant eval
calibrate` on questions that pages answer and questions that they do not, and kept in `threshold.toml`
with its source, its curve and the embedder whose cosines it was fitted to. Evidence for an answer can
only raise the probability and evidence against it only lower it: the fit is bounded so.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.answering import answering
from assistant.errors import WordsError
from assistant.occurrences import in_headings_above
from assistant.synonyms import met
from assistant.words import abroad, place_names
from ingest import terms, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from assistant.model import Understood
    from ingest import Snapshot

EVIDENCE = (
    "passage",
    "unit",
    "words met",
    "certainty",
    "said",
    "form missing",
    "mentioned",
    "names missing",
    "places missing",
)
"""Names of the numbers that the model weighs, in the order of `Evidence.values`."""

AGAINST = ("form missing", "mentioned", "names missing", "places missing")
"""Those that speak against an answer; the others speak for it."""

ENOUGH_WORDS = 6
"""Telling words of the question on the page beyond which more add nothing."""

ENOUGH_MISSING = 2

CLOSE, FAIR = 0.85, 0.65
"""Least probability that the best page answers, for saying that it fits closely, and that it fits at all
without a warning before it."""

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-ZĀĒĪŌŪ][a-zāēīōū]+\b")
"""A word with a capital that does not begin a sentence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against the best page: each number is from -1 to 1."""

    passage: float
    """Cosine of the page's best passage."""
    unit: float | None
    """Cosine of its best unit; None in a version without vectors of units."""
    words_met: float
    """How many of the question's telling words the page has, weighted by how telling each is."""
    certainty: float
    said: float
    form_missing: float
    mentioned: float
    """How the page would answer (`assistant/answering.py`)."""
    names_missing: float
    """Names in the question that the page does not have."""
    places_missing: float
    """Places outside New Zealand that the question names and the page does not, unless it has a part on
    places abroad."""

    @property
    def values(self) -> tuple[float, ...]:
        """In the order of `EVIDENCE`; a missing cosine is 0."""
        return (
            self.passage,
            self.unit or 0.0,
            self.words_met,
            self.certainty,
            self.said,
            self.form_missing,
            self.mentioned,
            self.names_missing,
            self.places_missing,
        )


def evidence(
    understood: Understood,
    snapshot: Snapshot,
    position: int,
    cosines: tuple[float, float | None],
    likely: NDArray[np.float32],
) -> Evidence:
    """What the page at `position` has of the question; `understood.text` is spelt right by now.

    `cosines` are those of its best passage and best unit, `likely` tells which of its units answer.
    """
    keys = snapshot.page_keys(position)
    page = snapshot.pages[position].page
    asked = [
        *understood.asked_of(page.language, keys),
        *(terms(understood.context) if understood.refers_back else ()),
    ]
    covered = snapshot.lexical.coverage(asked, set(met(asked, keys)))
    several = covered * len(dict.fromkeys(asked))

    def missing(found: list[str]) -> float:
        lost = sum(any(not met([key], keys) for key in terms(each)) for each in found)
        return min(lost, ENOUGH_MISSING) / ENOUGH_MISSING

    names, places = _named(understood)
    if _tells_of_abroad(snapshot, position):
        names, places = [each for each in names if not place_names().search(" ".join(words(each)))], []
    answers = answering(understood.asked, asked, snapshot, position, likely)
    return Evidence(
        passage=cosines[0],
        unit=cosines[1],
        words_met=min(several, ENOUGH_WORDS) / ENOUGH_WORDS,
        certainty=answers.certainty,
        said=answers.said,
        form_missing=answers.form_missing,
        mentioned=answers.mentioned,
        names_missing=missing(names),
        places_missing=missing(places),
    )


def _named(understood: Understood) -> tuple[list[str], list[str]]:
    """The names in the question, and the places outside New Zealand, which may be among them."""
    names = _NAME.findall(understood.text) if understood.written == "en" else []
    return names, place_names().findall(" ".join(words(understood.text)))


def _tells_of_abroad(snapshot: Snapshot, position: int) -> bool:
    """Whether the page has a part on places abroad, which answers of any of them."""
    title = snapshot.keys_of(snapshot.pages[position].page.title)
    return not abroad().isdisjoint(title) or bool(
        in_headings_above(snapshot, position).saying(abroad()).any()
    )


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: an intercept and one weight a number of `EVIDENCE`."""

    intercept: float
    weights: tuple[float, ...]

    def probability(self, values: tuple[float, ...]) -> float:
        """From 0 to 1."""
        score = self.intercept + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return float(1 / (1 + np.exp(-score)))


@dataclass(frozen=True, slots=True)
class Threshold:
    """Whether the best page is trusted to answer: from the probability `cut` on."""

    with_units: Logistic
    without_units: Logistic
    cut: float
    reached: float
    """Least probability that a page answers which has a contact section of the agency asked for, and nothing
    else is asked."""
    elsewhere: float
    """Most probability that a page answers which does not know whom the question wants to reach."""
    embedder: str = ""
    """Name of the embedder that it was fitted to."""

    def probability(self, found: Evidence) -> float:
        """How likely the page is to answer, from 0 to 1."""
        model = self.without_units if found.unit is None else self.with_units
        return model.probability(found.values)

    @classmethod
    def load(cls, path: Path | None = None) -> Threshold:
        """The threshold in `path`, or the one that ships; raises `WordsError`."""
        source = path or files("assistant").joinpath("threshold.toml")
        try:
            return cls.of(tomllib.loads(source.read_text(encoding="utf-8")))
        except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            hint = "Write it again with: govt-assistant eval calibrate --out FILE"
            raise WordsError(f"{source} cannot be read: {error!r}", what_to_do=hint) from error

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Threshold:
        """From a table as `table` gives it; raises `KeyError`, `TypeError` and `ValueError`."""
        return cls(
            with_units=_logistic(table["with_units"]),
            without_units=_logistic(table["without_units"]),
            cut=float(table["cut"]),
            reached=float(table["reached"]),
            elsewhere=float(table["elsewhere"]),
            embedder=str(table["embedder"]),
        )

    @property
    def table(self) -> dict[str, Any]:
        """Its numbers under their names, as data files and versions of the index hold them."""
        models = {"with_units": self.with_units, "without_units": self.without_units}
        return {
            "embedder": self.embedder,
            "cut": self.cut,
            "reached": self.reached,
            "elsewhere": self.elsewhere,
            **{
                name: {"intercept": each.intercept, **dict(zip(EVIDENCE, each.weights, strict=True))}
                for name, each in models.items()
            },
        }


@cache
def default_threshold() -> Threshold:
    """The threshold that ships with the release."""
    return Threshold.load()


def _logistic(table: Mapping[str, float]) -> Logistic:
    return Logistic(float(table["intercept"]), tuple(float(table[name]) for name in EVIDENCE))
