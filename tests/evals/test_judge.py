"""ragas behind our own interface: without a model, and with a judge that speaks the real protocol."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("ragas", reason="needs the extra: pip install 'govt-assistant[evals]'")

from evals.judge import JUDGED, MODEL_FREE, Judge, score_with_judge, score_without_model
from tests.doubles import BagOfWords
from tests.evals.making import trial
from tests.scripted_judge import agrees, disagrees, rambles
from tests.scripted_model import serving

pytestmark = pytest.mark.filterwarnings("ignore")  # ragas warns of its own next version

RIGHT = trial("You can apply online.", id="right", question="can I apply online", facts=("apply online",))
OTHER = trial("Dogs are free.", id="other", pages=("en/cat",), question="and cats?", facts=("Cats are not",))


def test_without_a_model_every_metric_gives_a_number_and_the_right_answer_the_higher_one():
    """ID-based and non-LLM context metrics, similarity with our embedder, ROUGE."""
    found = score_without_model([RIGHT, OTHER], BagOfWords())
    assert set(found) == set(MODEL_FREE)
    for name, each in found.items():
        assert each.by_case["right"] >= each.by_case["other"], name
        assert (each.nan, each.spread, each.figure.n) == (0, 0.0, 2)
    assert found["id context recall"].by_case == {"right": 1.0, "other": 0.0}


def test_a_judge_is_asked_as_often_as_it_should_be_and_its_verdict_counts():
    """Agreement gives 1 to what is faithful, disagreement 0; each case is judged twice."""
    scores = {}
    for judgement in (agrees, disagrees):
        with serving(judgement) as model:
            judge = Judge("scripted", model.base_url, "x", repeats=2)
            scores[judgement] = score_with_judge([RIGHT], judge, BagOfWords())
            assert set(model.paths) == {"/v1/chat/completions"}
    assert set(scores[agrees]) == set(JUDGED)
    assert scores[agrees]["faithfulness"].figure.mean == 1
    assert scores[disagrees]["faithfulness"].figure.mean == 0
    assert scores[agrees]["faithfulness"].asked == 2
    assert scores[agrees]["context recall"].figure.mean == 1


def test_a_judge_that_rambles_gives_no_number_and_that_counts_as_a_failure():
    """NaN is counted, told, and never a pass."""
    with serving(rambles) as model:
        judge = replace(Judge("scripted", model.base_url, "x"), repeats=1)
        found = score_with_judge([RIGHT], judge, BagOfWords())["faithfulness"]
    assert (found.figure.mean, found.nan, found.asked) == (0.0, 1, 1)
