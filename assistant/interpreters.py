"""Where somebody who reads neither English nor te reo Māori can go: to an interpreter, say official pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.other_languages import other_languages
from assistant.words import words
from guardrails import Contact, Reply

if TYPE_CHECKING:
    from assistant.other_languages import OtherLanguage

MINISTRY = "Ministry for Ethnic Communities"
"""Whose pages they are."""


def interpreters(other: OtherLanguage, language: str) -> tuple[Reply, ...]:
    """What an official page says in `other`, if one does; then how to get an interpreter, in `language`."""
    said = words(language)
    wording = "interpreter_named" if other.own else "interpreter"
    name = other.english if other.own == other.english else f"{other.english} ({other.own})"
    general = _reply(
        said.language,
        said.note[wording].format(english=other.english, name=name),
        MINISTRY,
        other_languages().interpreters,
        reviewed=said.reviewed,
    )
    if not other.says:
        return (general,)
    own = _reply(
        other.code.removesuffix("-Latn"), other.says, f"{MINISTRY}: {other.own}", other.page, reviewed=True
    )
    return own, general


def _reply(language: str, text: str, name: str, page: str, *, reviewed: bool) -> Reply:
    checked_on = other_languages().checked_on
    contact = Contact(name, None, None, page, None, page, checked_on)
    return Reply(language, text, (contact,), checked_on.isoformat(), reviewed)
