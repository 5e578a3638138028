"""The same question as others type it: slips, no macrons, lower case, long-winded, half in te reo.

Made from the cases of a suite by a seeded generator: the same suite gives the same variants. What is
expected stays as it was, since the question is the same. Words come from variants.toml.
"""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from evals.errors import EvalError
from evals.suite import Case, Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SEED = 20261127
_MACRON = "\N{COMBINING MACRON}"


def variants(suite: Suite, kinds: Iterable[str] = (), *, each: int | None = None) -> Suite:
    """Variants of every kind, or of those named, of `each` cases a kind or of all; raises `EvalError`.

    A kind that leaves a question as it was gives no variant of it.
    """
    wanted = list(kinds) or list(KINDS)
    if unknown := [kind for kind in wanted if kind not in KINDS]:
        raise EvalError(f"there is no variant {unknown[0]!r}", what_to_do=f"Kinds: {', '.join(KINDS)}.")
    made = [variant for kind in wanted for variant in _of_kind(suite, kind, each)]
    together = Counter(case.group for case in made)
    return Suite(
        f"{suite.name}-variants",
        tuple(case if together[case.group] > 1 else case.model_copy(update={"group": None}) for case in made),
    )


def _of_kind(suite: Suite, kind: str, each: int | None) -> list[Case]:
    made = [found for case in suite.cases if (found := _variant(case, kind)) is not None]
    if each is not None and each < len(made):
        chosen = sorted(random.Random(f"{SEED} {kind}").sample(range(len(made)), each))
        made = [made[at] for at in chosen]
    return made


def _variant(case: Case, kind: str) -> Case | None:
    chance = random.Random(f"{SEED} {kind} {case.id}")
    text = KINDS[kind](case.question, chance)
    if text == case.question:
        return None
    language = "mixed" if kind == "mixed" and case.language == "en" else case.language
    changes = {
        "id": f"{case.id}~{kind}",
        "question": text,
        "language": language,
        "group": case.group or case.id,
        "tags": {**case.tags, "variant": kind},
    }
    return case.model_copy(update=changes)


def typos(text: str, chance: random.Random) -> str:
    """One slip in every fifth longer word, at least one: two letters swapped, one lost, or one doubled."""
    words = text.split(" ")
    places = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    for at in chance.sample(places, min(len(places), max(1, len(places) // 5))):
        words[at] = _slip(words[at], chance)
    return " ".join(words)


def no_macrons(text: str, chance: random.Random) -> str:
    """As typed on a keyboard that has none."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace(_MACRON, ""))


def lower_case(text: str, chance: random.Random) -> str:
    """Without capitals and punctuation, as on a phone."""
    return " ".join(re.sub(r"[?!.,;:]+(?=\s|$)", "", text.lower()).split())


def long_winded(text: str, chance: random.Random) -> str:
    """With a story before it and thanks after it, neither of which asks for anything."""
    words = _words()
    return f"{chance.choice(words['before'])} {text} {chance.choice(words['after'])}"


def mixed(text: str, chance: random.Random) -> str:
    """English with everyday te reo Māori in it, as many people write."""
    swapped = text
    for english, maori in _pairs():
        swapped = re.sub(rf"\b{english}\b", maori, swapped, flags=re.IGNORECASE)
    return swapped if swapped != text else f"{chance.choice(_words()['greetings'])} {text}"


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "typos": typos,
    "no-macrons": no_macrons,
    "lower-case": lower_case,
    "long-winded": long_winded,
    "mixed": mixed,
}
"""The kinds of variants by name."""


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 2)
    return chance.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        ]
    )


def _pairs() -> list[tuple[str, str]]:
    return [(each[0], each[1]) for each in _words()["mixed"]]


@cache
def _words() -> dict[str, list[str]]:
    text = files("evals").joinpath("variants.toml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = tomllib.loads(text)["words"]
    return found
