"""How the best page would answer: evidence from the sentences and rows that would be shown of it.

That a page is about the matter does not make it an answer ("How many years can I get X?" of a page on X that
says nothing of years). Three numbers look at what extraction would show, each unit by the probability that
it is the one that answers: how sure that choice is, how much of the question it says, and whether it has what
the question asks for by its form (`words/asked_for.toml`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import WordsError
from assistant.features import PLAIN
from assistant.occurrences import in_headings_above, in_units, in_units_or_above
from assistant.statements import question, statement
from assistant.synonyms import meant_by
from ingest import terms, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from assistant.occurrences import Occurrences
    from ingest import Snapshot


@dataclass(frozen=True, slots=True)
class Answering:
    """What speaks for the units that would be shown: each number is from 0 to 1."""

    certainty: float
    """Probability of the likeliest unit among those of its page."""
    said: float
    """Share of the question's telling words that the units and their headings say, those of the page's title
    and of the question's form ("how much") apart."""
    form_missing: float
    """How likely it is that no unit which answers has what the question asks for by its form."""
    mentioned: float
    """Share of the question's telling words that the page says once and in no heading, less where its title
    says others of them: a name in a list does not make a page about it."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of questions, and the pattern of a unit that has what it asks for."""

    name: str
    question: re.Pattern[str]
    unit: re.Pattern[str]
    of_thing: bool
    """Whether the unit, or the page's title, must name what it is asked of."""


def answering(
    question: str, asked: Sequence[str], snapshot: Snapshot, position: int, likely: NDArray[np.float32]
) -> Answering:
    """Of the page at `position`, whose units answer with the probabilities `likely`.

    `question` is the text, `asked` its search keys as the page can have them.
    """
    says = in_units_or_above(snapshot, position)
    forms = [(form, found) for form in _asked().forms if (found := form.question.search(question))]
    telling = [key for key in asked if not (forms and key in _asked().of_form)]
    return Answering(
        certainty=float(likely.max(initial=0.0)),
        said=_share_said(telling, snapshot, position, says, likely),
        form_missing=_form_missing(forms, snapshot, position, says, likely),
        mentioned=_mentioned(asked, snapshot, position),
    )


def _share_said(
    asked: Sequence[str], snapshot: Snapshot, position: int, says: Occurrences, likely: NDArray[np.float32]
) -> float:
    title = snapshot.keys_of(snapshot.pages[position].page.title)
    shares = snapshot.lexical.shares([key for key in asked if key not in title])
    if not shares:
        return 1.0  # the title says it all
    return sum(share * float(likely[says.saying(meant_by(key))].sum()) for key, share in shares.items())


def _mentioned(asked: Sequence[str], snapshot: Snapshot, position: int) -> float:
    title = snapshot.keys_of(snapshot.pages[position].page.title)
    shares = snapshot.lexical.shares([key for key in asked if key not in PLAIN] or asked)
    titled = once = 0.0
    for key, share in shares.items():
        meant = meant_by(key)
        if not meant.isdisjoint(title):
            titled += share
        elif not in_headings_above(snapshot, position).saying(meant).any():
            once += share * (int(in_units(snapshot, position).saying(meant).sum()) == 1)
    return once * (1 - titled)


def _form_missing(
    forms: Sequence[tuple[Form, re.Match[str]]],
    snapshot: Snapshot,
    position: int,
    says: Occurrences,
    likely: NDArray[np.float32],
) -> float:
    least = 1.0
    title = snapshot.keys_of(snapshot.pages[position].page.title)
    for form, found in forms:
        has = snapshot.once((form.name, position), partial(_has, form, snapshot, position))
        counted = terms(found.groupdict().get("counted") or "")
        if counted:
            has = has & says.saying(meant_by(counted[-1]))
        elif form.of_thing and (thing := _thing(found)) and thing.isdisjoint(title):
            has = has & says.saying(thing)
        least = min(least, float(likely[has].sum()))
    return max(0.0, 1 - least)


def _thing(found: re.Match[str]) -> frozenset[str]:
    """The search keys of what it is asked of, behind the match; empty where nothing is named there."""
    said = dropwhile(_asked().passed_over.__contains__, words(found.string[found.end() :]))
    keys = terms(" ".join(takewhile(lambda word: word not in _asked().ends, said)))
    return meant_by(keys[-1]) if keys else frozenset()


def _has(form: Form, snapshot: Snapshot, position: int) -> NDArray[np.bool_]:
    units = snapshot.outlines[position].units
    return np.array([form.unit.search(each.text) is not None for each in units], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `words/asked_for.toml` holds."""

    forms: tuple[Form, ...]
    of_form: frozenset[str]
    passed_over: frozenset[str]
    ends: frozenset[str]


@cache
def _asked() -> _Asked:
    try:
        data = tomllib.loads(files("assistant.words").joinpath("asked_for.toml").read_text(encoding="utf-8"))
        return _Asked(
            forms=tuple(_form(each, data["always"]) for each in data["asked"]),
            of_form=frozenset(terms(data["of_form"])),
            passed_over=frozenset(data["thing"]["passed_over"].split()),
            ends=frozenset(data["thing"]["ends"].split()),
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise WordsError(f"assistant/words/asked_for.toml cannot be read: {error}") from error


def _form(entry: Mapping[str, Any], always: Sequence[str]) -> Form:
    return Form(
        name=entry["name"],
        question=question(entry),
        unit=statement([*entry["says"], *always], entry.get("unless", ())),
        of_thing=entry.get("of_thing", False),
    )
