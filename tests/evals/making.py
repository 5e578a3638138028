"""Trials made by hand, so that a test says all that its metric sees."""

from __future__ import annotations

from assistant import Answer, Choice, Citation, Outcome, Sentence, SentenceKind
from evals import Asked, Case, Trial
from evals.trial import Checked, Found


def trial(
    *said: str,
    pages: tuple[str, ...] = ("en/bond",),
    ranked: tuple[str, ...] = ("en/bond", "en/rent"),
    cited: str = "en/bond",
    verifies: bool = True,
    outcome: Outcome | None = None,
    personal: tuple[str, ...] = (),
    offered: tuple[str, ...] = (),
    confidence: float | None = 0.9,
    language: str = "en",
    repeat: int = 0,
    timings: dict[str, float] | None = None,
    **case: object,
) -> Trial:
    """An answer of these sentences, each quoting itself from the cited page."""
    found = outcome or (Outcome.ANSWERED if said else Outcome.NOT_FOUND)
    sentences = tuple(
        Sentence(text=text, kind=SentenceKind.SENTENCE, citations=(citation(text, cited),), language=language)
        for text in said
    )
    choices = tuple(Choice(each, each, each, each, "en") for each in offered)
    answer = Answer("", found, "en", "", sentences=sentences, choices=choices, confidence=confidence)
    ranks = tuple(
        Found(each, address(each), each, each, 1 - at / 10, 0.5, 1.0) for at, each in enumerate(ranked)
    )
    checked = tuple(Checked(address(cited), cited, verifies) for _ in said)
    expected = {"id": "a", "question": "?", "pages": pages, **case}
    return Trial(
        Case.model_validate(expected), Asked(answer, ranks, checked, personal), repeat, timings or {}
    )


def address(slug: str) -> str:
    """Where the page of that slug is."""
    return f"https://www.govt.nz/{slug}/"


def citation(text: str, slug: str) -> Citation:
    """A quote of that text."""
    return Citation("c", slug, "v1", address(slug), slug, (), 0, len(text), text)
