"""What a sentence claims that can be checked word for word: amounts, dates, durations, names, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from guardrails.folding import fold
from guardrails.toml_files import DATA_FOLDER, POLICY_FOLDER, Section, read, read_list


@dataclass(frozen=True)
class GroundingWords:
    """The words of `policy/grounding.toml` and `data/agencies.txt`."""

    overlap: float
    numbers: Mapping[str, str]
    months: Mapping[str, int]
    units: Mapping[str, str]
    stop: frozenset[str]
    negation: frozenset[str]
    obligation: tuple[str, ...]
    permission: tuple[str, ...]
    bounds: tuple[str, ...]
    actors: frozenset[str]
    opposites: tuple[tuple[str, str], ...]
    agencies: tuple[tuple[str, ...], ...]

    @cached_property
    def duration(self) -> re.Pattern[str]:
        """A number and a unit, which may be a working or calendar one."""
        units = "|".join(sorted(self.units, key=len, reverse=True))
        return re.compile(
            rf"\b(\d+(?:\.\d+)?)(?:[ -])(?:(working|calendar|business|consecutive|full) )?({units})\b"
        )

    @cached_property
    def date(self) -> re.Pattern[str]:
        """A day and a month in letters, in either order, perhaps with a year."""
        months = "|".join(sorted(self.months, key=len, reverse=True))
        return re.compile(
            rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)? (?:of |o )?({months})|"
            rf"({months}) (\d{{1,2}})(?:st|nd|rd|th)?(?!\d))\b"
            r"(?:,? (\d{4}))?"
        )


def read_words(policy: Path, data: Path) -> GroundingWords:
    """Read the words from the folders of policy and data. Raises PolicyError when a file cannot be used."""
    root = read(policy / "grounding.toml")
    polarity, words = root.section("polarity"), root.section("words")
    agencies = read_list(data / "agencies.txt")
    return GroundingWords(
        overlap=root.section("settings").number("overlap"),
        numbers={word: str(value) for word, value in words.section("numbers").values.items()},
        months=dict(words.section("months").values),
        units=dict(words.section("units").values),
        stop=frozenset(words.texts("stop")),
        negation=frozenset(polarity.texts("negation")),
        obligation=polarity.texts("obligation"),
        permission=polarity.texts("permission"),
        bounds=polarity.texts("bounds"),
        actors=frozenset(polarity.texts("actors")),
        opposites=tuple(_pair(polarity, pair) for pair in polarity.values.get("opposites", [])),
        agencies=tuple(tuple(name.strip() for name in line.split("|")) for line in sorted(agencies)),
    )


@lru_cache(maxsize=1)
def packaged_words() -> GroundingWords:
    """The words that come with the package, read once."""
    return read_words(POLICY_FOLDER, DATA_FOLDER)


def _pair(section: Section, pair: Sequence[str]) -> tuple[str, str]:
    if len(pair) != 2:
        raise section.fail("opposites", f"must hold pairs of words, not {pair}")
    return pair[0], pair[1]


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable thing that a text says: its kind, a normal form to compare, and the words as written."""

    kind: str
    value: str
    said: str


_URL = re.compile(
    r"(?i)\b(?:https?://|www\.)[^\s<>()\[\]\"']+|\b[\w-]+(?:\.[\w-]+)*\.(?:govt|co|org|net|ac|com|nz)(?:\.nz)?(?:/[^\s<>()\[\]\"']*)?\b"
)
_EMAIL = re.compile(r"(?i)\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_PHONE = re.compile(
    r"(?<![\w$.])(?:\+?64[ -]?|0)\d(?:[ \-()]?\d){5,11}(?!\w)|"
    r"(?<![\w$.,])(?:0800|0508|0900)(?: ?[A-Z]{4,8}\b)"
)
_MONEY = re.compile(r"\$ ?(\d+(?:\.\d+)?)( ?(?:million|billion|m|k)\b)?|\b(\d+(?:\.\d+)?) dollars?\b")
_PERCENT = re.compile(r"\b(\d+(?:\.\d+)?) ?(?:%|percent\b|per cent\b|paiheneti\b)")
_NUMERIC_DATE = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b|\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w]|\.\d)|(?<=[a-z])\d+\b")
_RATE = re.compile(
    r"\b(?:(?:a|an|per|each|every|ia) (day|week|fortnight|month|year|hour|night|ra|wiki|marama|tau|haora)|"
    r"(daily|weekly|fortnightly|monthly|yearly|annually|annual|hourly))\b"
)
_ADVERBS = {"daily": "day", "annually": "year", "annual": "year"}
_FORM = re.compile(r"\b[A-Z]{1,5} ?-?\d{1,4}[A-Z]?\b")
_NAME = re.compile(
    r"(?<![.!?:\n] )(?<!^)\b[A-ZĀ-Ū][\w'-]+(?: (?:of|and|for|the|o|te|ngā|me) (?=[A-ZĀ-Ū])| (?=[A-ZĀ-Ū]))"
    r"[A-ZĀ-Ū][\w'-]+(?: [A-ZĀ-Ū][\w'-]+)*"
)


def claims(text: str, words: GroundingWords) -> Iterator[Claim]:
    """The claims of a text. What one pattern has read is not read again by the next."""
    for kind, pattern in (("email", _EMAIL), ("url", _URL), ("phone", _PHONE)):
        for match in pattern.finditer(text):
            yield Claim(kind, _address(kind, match.group()), match.group())
        text = pattern.sub(" ", text)
    for match in _FORM.finditer(text):
        if re.search(r"\d", match.group()) and match.group()[:1].isalpha():
            yield Claim("form", re.sub(r"[ -]", "", match.group()), match.group())
    yield from _names(text, words)
    for actor in re.findall(r"[a-z]+", fold(text)):
        if (one := actor.removesuffix("s")) in words.actors:
            yield Claim("actor", one, actor)
    yield from _figures(_FORM.sub(" ", text), words)


def _address(kind: str, said: str) -> str:
    if kind == "phone":
        digits = re.sub(r"[ \-()]", "", said)
        return re.sub(r"^\+?64", "0", digits)
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", said.lower()).rstrip("/.,;:")


def _names(text: str, words: GroundingWords) -> Iterator[Claim]:
    folded = f" {re.sub(r'[^a-z0-9 ]', ' ', fold(text))} "
    for group in words.agencies:
        for name in group:
            key = re.sub(r"[^a-z0-9 ]", " ", fold(name))
            if f" {key} " in folded and (len(key) > 4 or re.search(rf"\b{re.escape(name)}\b", text)):
                yield Claim("agency", group[0], name)
    for match in _NAME.finditer(text):
        yield Claim("name", fold(match.group()), match.group())


def _figures(text: str, words: GroundingWords) -> Iterator[Claim]:
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", fold(text))
    text = re.sub(r"\b[a-z]+\b", lambda m: words.numbers.get(m.group(), m.group()), text)
    for match in words.date.finditer(text):
        month = words.months[match[2] or match[3]]
        yield Claim("date", f"{int(match[1] or match[4])}/{month}", match.group())
        if match[5]:
            yield Claim("number", match[5], match[5])
    text = words.date.sub(" ", text)
    for match in _NUMERIC_DATE.finditer(text):
        parts = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        yield Claim("date", f"{int(parts[0])}/{int(parts[1])}", match.group())
        yield Claim("number", parts[2], match.group())
    text = _NUMERIC_DATE.sub(" ", text)
    for match in _MONEY.finditer(text):
        yield Claim("money", _amount(match[1] or match[3]) + (match[2] or "").strip(), match.group())
    text = _MONEY.sub(" ", text)
    for match in _PERCENT.finditer(text):
        yield Claim("percentage", _amount(match[1]), match.group())
    text = _PERCENT.sub(" ", text)
    for match in _RATE.finditer(text):
        unit = words.units[match[1]] if match[1] else _ADVERBS.get(match[2], match[2].removesuffix("ly"))
        yield Claim("rate", unit, match.group())
    for match in words.duration.finditer(text):
        yield Claim(
            "duration", f"{_amount(match[1])} {match[2] or ''} {words.units[match[3]]}", match.group()
        )
    for match in _NUMBER.finditer(words.duration.sub(" ", text)):
        yield Claim("number", _amount(match.group()), match.group())


def _amount(digits: str) -> str:
    whole, _, part = digits.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")
