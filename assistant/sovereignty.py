"""Māori data sovereignty as code: where a question in te reo Māori may go, and how long it is kept.

`te_reo_policy.toml` holds the policy. Nothing here asks who somebody is: the language of the question
decides. No question of any language is ever used to train or tune a model; there is no code that could.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.errors import WordsError
from assistant.language import detect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection

    from assistant.compose import Composer, Drafts
    from assistant.model import Retrieved, Screened, Sentence


@dataclass(frozen=True, slots=True)
class TeReoPolicy:
    """What may be done with a question in te reo Māori."""

    count_questions: bool
    """Whether it may be counted beyond its conversation."""
    undeclared_region: bool
    """Whether it may go to a model whose region nobody has declared."""

    def may_be_sent(self, region: str, allowed: Collection[str]) -> bool:
        """Whether a model in `region` ("" where it is not declared) may be given it."""
        return (
            region.casefold() in {each.casefold() for each in allowed} if region else self.undeclared_region
        )


@cache
def te_reo_policy() -> TeReoPolicy:
    """The policy that ships; raises `WordsError`."""
    name = "assistant/te_reo_policy.toml"
    try:
        data = tomllib.loads(files("assistant").joinpath("te_reo_policy.toml").read_text(encoding="utf-8"))
        return TeReoPolicy(bool(data["count_questions"]), bool(data["undeclared_region"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise WordsError(f"{name} cannot be read: {error}") from error


def in_te_reo(screened: Screened) -> bool:
    """Whether the question, or an earlier one that would go with it, is wholly or partly in te reo Māori."""
    own = screened.written or detect(screened.text)
    return own != "en" or any(detect(turn.question) != "en" for turn in screened.history)


class StaysInRegion:
    """A composer that is given no question in te reo Māori: the next composer answers those."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self.name = composer.name
        self.prompt_digest = composer.prompt_digest

    def compose(self, retrieved: Retrieved) -> Drafts:
        """Nothing for a question in te reo Māori."""
        return _nothing() if in_te_reo(retrieved.understood.screened) else self._composer.compose(retrieved)


async def _nothing() -> AsyncGenerator[Sentence, None]:
    return
    yield
