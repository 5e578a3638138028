"""Questions in te reo Māori stay in their conversation and their region."""

from __future__ import annotations

import pytest

from assistant import Answer, Outcome, StaysInRegion, TeReoPolicy, in_te_reo, te_reo_policy
from assistant.asked import countable
from assistant.model import Screened, Turn
from guardrails import Action, Verdict
from tests.snapshots import ask

TE_REO = "Me pēhea te whakahou i taku uruwhenua?"
ENGLISH = "How do I renew my passport?"


def screened(text: str, *earlier: str) -> Screened:
    """A question that no guard minds."""
    return Screened(text, tuple(Turn(each) for each in earlier), None, (), Verdict(Action.PASS, "", ""))


class Model:
    """A composer that notes what it is given."""

    name = "generative"
    prompt_digest = "0"

    def __init__(self) -> None:
        self.given: list[str] = []

    async def compose(self, retrieved):
        self.given.append(retrieved.understood.text)
        return
        yield


@pytest.mark.parametrize(
    ("region", "sent"), [("", False), ("us", False), ("nz", True), ("NZ", True), ("au", False)]
)
def test_a_model_gets_te_reo_only_in_an_allowed_region(region: str, sent: bool) -> None:
    """An undeclared or foreign region is not given questions in te reo Māori."""
    assert te_reo_policy().may_be_sent(region, ["nz"]) is sent


def test_policy_may_say_otherwise() -> None:
    """An installation whose people decide otherwise changes the file, not the code."""
    assert TeReoPolicy(count_questions=False, undeclared_region=True).may_be_sent("", ["nz"])


@pytest.mark.anyio
async def test_only_te_reo_is_held_back() -> None:
    """A model out of the region answers in English as before, and never sees a te reo or mixed question."""
    model = Model()
    composer = StaysInRegion(model)
    for question in (ENGLISH, TE_REO, "Kei te pīrangi au to renew my passport"):
        assert [each async for each in composer.compose(ask(question))] == []
    assert model.given == [ENGLISH]


def test_an_earlier_question_counts() -> None:
    """The model would be shown earlier questions too, so one in te reo Māori holds back the next."""
    assert in_te_reo(screened(ENGLISH, TE_REO))
    assert not in_te_reo(screened(ENGLISH, ENGLISH))


def test_te_reo_is_not_counted_beyond_its_conversation() -> None:
    """Counts for editors hold redacted English questions only, whoever chose which interface."""

    def counted(question: str) -> bool:
        answer = Answer("a_1", Outcome.ANSWERED, "en", "", (), (), question=question)
        return countable(answer, screened(question))

    assert counted(ENGLISH)
    assert not counted(TE_REO)
    assert not counted("He aha te utu for a passport when I renew it?")
