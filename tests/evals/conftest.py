"""A small site and an assistant over it, quick enough to be asked in every test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant import Assistant, Guards
from evals import Case, Runs, Suite, subject_of
from guardrails import Policy, Redactor
from ingest import sync
from tests.doubles import Pages, page

if TYPE_CHECKING:
    from evals import Subject

SITE = [
    replace(page(name, text), slug=slug)
    for name, slug, text in (
        ("kayak-permit", "en/kayak", "You need a permit for a kayak.\n\nA kayak permit costs $12."),
        ("dog-licence", "en/dog", "Register your dog by 3 months.\n\nA dog licence is free."),
        ("tent-site", "en/tent", "You can book a tent site online.\n\nBring your own tent."),
    )
]


@pytest.fixture(scope="session")
def guards() -> Guards:
    """The rules, without classifiers; built once, since that takes a second."""
    policy = Policy.load()
    return Guards(Redactor(policy), policy)


@pytest.fixture
async def small(index, guards, now) -> Assistant:
    """An assistant over the small site."""
    await sync(Pages(SITE), index, now=now)
    return Assistant(index=index, guards=guards)


@pytest.fixture
async def subject(small) -> Subject:
    """What is evaluated: the small assistant as it is served."""
    return await subject_of(small)


@pytest.fixture
def runs(index, now) -> Runs:
    """The store of runs beside the small index."""
    return Runs(index.catalog._engine, now=now)


@pytest.fixture
def suite() -> Suite:
    """Four questions about the small site; the pages answer three."""
    return Suite(
        "small",
        (
            Case(id="kayak", question="what does a kayak permit cost", pages=("en/kayak",), facts=("$12",)),
            Case(id="dog", question="is a dog licence free", pages=("en/dog",), facts=("is free",)),
            Case(id="tent", question="can I book a tent site online", pages=("en/tent",), facts=("book",)),
            Case(id="moon", question="how far is the moon", answerable=False),
        ),
    )
