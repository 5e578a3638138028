"""Which agency a question asks how to reach, and which of its pages says so best.

An agency is known by what pages name as theirs ("Ministry of Social Development (Work and Income)" is two
names), and by what people call it (`words/synonyms.toml`). A name of several words counts only as a whole:
"work and income" is no question about work.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.following import contact_units
from assistant.model import QuestionKind
from assistant.synonyms import further_keys, met
from ingest import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from assistant.model import Understood
    from ingest import Snapshot

    Names = Mapping[tuple[str, ...], frozenset[int]]

KNOWN = 0.5
"""Least share of what a question for a contact names, by how telling each word is, that the page knows."""

_ASKING = frozenset(
    terms(
        "phone number numbers call ring contact contacts contacting email address helpline hotline freephone "
        "0800 talk speak get hold reach centre details what whats who how need want best give find nz please "
        "real person someone somebody through touch way free open opening close hours time times office "
        "street postal today tomorrow weekend saturday sunday me my us can do is"
    )
)
"""Keys that ask for a way to reach somebody and say nothing of the matter."""

_CHANNELS = frozenset(terms("phone email hotline helpline freephone 0800 contact hours number address"))
"""Keys of which a question has one that wants nothing but a way to reach somebody."""

_GENERAL = frozenset(
    terms("ministry department office commission new zealand nz government service services")
)
"""Keys that say what sort of body an agency is, not which."""

_MANY = frozenset(terms("council hospital university polytechnic school bank library airport"))
"""Keys of bodies of which there are many: the word before tells which."""

_KINDS_OF_BODY = frozenset(terms("city district regional local public primary high"))
"""Keys before those that do not tell it."""

_BETWEEN = re.compile(r"[(),–]")
_PHONE = re.compile(r"\b0\d[\d ]{5,}\d\b")


@dataclass(frozen=True, slots=True)
class Reached:
    """The pages of the agency that a question asks how to reach."""

    pages: frozenset[int]
    """Positions in the snapshot."""
    only: bool
    """Whether nothing else is asked."""

    def answered_by(self, order: Sequence[int], snapshot: Snapshot) -> bool:
        """Whether the best page answers as it stands: the agency's own, with a contact section."""
        best = order[0] if order else -1
        return self.only and best in self.pages and any(contact_units(snapshot.pages[best], snapshot))


def reached(understood: Understood, snapshot: Snapshot) -> Reached | None:
    """The agency that the question asks how to reach; None where it does not, or names none."""
    if QuestionKind.CONTACT not in understood.kinds:
        return None
    keys = tuple(understood.terms if understood.written == "en" else terms(understood.text))
    said = (*keys, *understood.terms, *further_keys(keys))
    names: Names = snapshot.once(("agencies",), lambda: _names(snapshot))
    found = [name for name in names if _within(name, said)]
    if not found:
        return None
    of_names = {key for name in found for key in name}
    only = all(key in of_names | _ASKING or of_names & set(further_keys([key])) for key in keys)
    named = [name for name in found if only or len(name) > 1]
    pages = frozenset[int]().union(*(names[name] for name in named))
    own = frozenset(at for at in pages if snapshot.languages[at] == understood.language)
    return Reached(own or pages, only) if pages else None


def same_as_before(understood: Understood, snapshot: Snapshot, order: Sequence[int]) -> bool:
    """Whether nothing is asked but how to reach whoever is behind the page that answered before."""
    if QuestionKind.CONTACT not in understood.kinds or not understood.names_nothing or not order:
        return False
    best = snapshot.pages[order[0]]
    answered = {page_id for turn in understood.screened.history for page_id in turn.page_ids}
    return best.id in answered and any(contact_units(best, snapshot))


def is_elsewhere(understood: Understood, snapshot: Snapshot, position: int) -> bool:
    """Whether a question of how to reach somebody names more than the page at `position` knows of.

    The number of another body is worse than none.
    """
    if QuestionKind.CONTACT not in understood.kinds or _CHANNELS.isdisjoint(understood.terms):
        return False
    page = snapshot.pages[position].page
    said = (*understood.terms, *further_keys(understood.terms))
    if any(_within(name, said) for name in _parts(page.agency or "")):
        return False
    keys = snapshot.page_keys(position)
    whom = [key for key in understood.asked_of(page.language, keys) if key not in _ASKING]
    return snapshot.lexical.coverage(whom, set(met(whom, keys))) < KNOWN if whom else False


def names_another(understood: Understood, snapshot: Snapshot, position: int) -> bool:
    """Whether a question of how to reach one of many bodies ("Napier council") names one that the page at
    `position` does not, though it may say both words."""
    if QuestionKind.CONTACT not in understood.kinds or _CHANNELS.isdisjoint(understood.terms):
        return False
    page = snapshot.pages[position].page
    said = snapshot.once(("said in order", position), lambda: tuple(terms(f"{page.title} {page.text}")))
    return any(not _within(name, said) for name in _bodies(understood.terms))


def _bodies(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Names of one of many bodies, from the word that tells which."""
    for at, key in enumerate(keys):
        start = at - 1
        while start >= 0 and keys[start] in _KINDS_OF_BODY:
            start -= 1
        if key in _MANY and start >= 0 and keys[start] not in _ASKING:
            yield tuple(keys[start : at + 1])


def preferring(
    asked: Reached, snapshot: Snapshot, scores: NDArray[np.float32], others: float
) -> NDArray[np.float32]:
    """`scores` with `others` left of those of other agencies' pages.

    Where no more is asked, its pages with a contact section come first, the usual number before others.
    """
    weighed = scores * np.float32(others)
    own = sorted(asked.pages)
    weighed[own] = scores[own]
    if asked.only:
        weighed *= np.float32(0.5)  # below every page that gives the contact as most of them do
        for at, usual in _usual(asked.pages, snapshot).items():
            weighed[at] = 0.5 + 0.4 * usual + 0.1 * scores[at]
    return np.asarray(weighed, dtype=np.float32)


def _usual(pages: frozenset[int], snapshot: Snapshot) -> dict[int, float]:
    """By page with a contact section: how usual its first number is among the agency's, 0 to 1."""
    said = {at: _contact_text(at, snapshot) for at in pages}
    numbers = {at: _PHONE.search(text) for at, text in said.items() if text}
    often = Counter(found.group() for found in numbers.values() if found)
    most = max(often.values(), default=1)
    return {at: often[found.group()] / most if found else 0.0 for at, found in numbers.items()}


def _contact_text(at: int, snapshot: Snapshot) -> str:
    units = contact_units(snapshot.pages[at], snapshot)
    return snapshot.once(("contact", at), lambda: " ".join(each.text for each in units))


def _names(snapshot: Snapshot) -> Names:
    agencies = [tuple(_parts(stored.page.agency or "")) for stored in snapshot.pages]
    return {
        name: frozenset(at for at, parts in enumerate(agencies) if any(_within(name, part) for part in parts))
        for name in {name for parts in agencies for name in parts}
    }


def _parts(agency: str) -> Iterator[tuple[str, ...]]:
    """Each name, and what is left of it without words that many agencies have in theirs."""
    for part in _BETWEEN.split(agency):
        keys = tuple(terms(part))
        short = tuple(key for key in keys if key not in _GENERAL)
        yield from dict.fromkeys(each for each in (keys, short) if each)


def _within(name: Sequence[str], keys: Sequence[str]) -> bool:
    return any(tuple(keys[at : at + len(name)]) == tuple(name) for at in range(len(keys)))
