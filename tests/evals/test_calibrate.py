"""A threshold is fitted on some questions and judged on others."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from assistant import Threshold
from assistant.threshold import AGAINST, EVIDENCE
from evals.calibrate import (
    Sample,
    as_toml,
    calibrate,
    chosen,
    curve,
    fit,
    held_out,
    probabilities,
    share_right,
)
from evals.calibrate import sample as evidence_of
from evals.suite import Case
from tests.doubles import BagOfWords
from tests.snapshots import snapshot


def sample(n: int = 200) -> Sample:
    """Questions that an answer's evidence tells apart, with some noise."""
    chance = np.random.default_rng(1)
    answerable = np.arange(n) % 2 == 0
    values = chance.normal(0.3, 0.1, (n, len(EVIDENCE))) + 0.3 * answerable[:, None]
    values[:, [name in AGAINST for name in EVIDENCE]] = 0
    group = np.array([f"page {each // 4}" for each in range(n)])
    none = np.zeros(n, dtype=np.bool_)
    return Sample(values, answerable, answerable, group, reached=none, elsewhere=none)


def test_a_fit_tells_answerable_questions_from_others() -> None:
    """Held-out probabilities are high where pages answer and low where they do not."""
    data = sample()
    likely = held_out(data)
    assert likely[data.answerable].mean() > 0.9
    assert likely[~data.answerable].mean() < 0.1


def test_a_higher_cut_never_answers_more() -> None:
    """Along the curve both shares only rise."""
    data = sample()
    points = curve(probabilities(fit(data), data), data)
    for before, after in pairwise(points):
        assert before.refused <= after.refused
        assert before.declined <= after.declined


def test_evidence_gets_no_weight_against_its_meaning() -> None:
    """Where the sample's labels are turned round, the weights stay at zero instead of changing sign."""
    data = sample()
    turned = replace(data, answerable=~data.answerable, right=~data.right)
    assert max(abs(weight) for weight in fit(turned).weights) == pytest.approx(0, abs=1e-6)


def test_the_cut_keeps_to_what_may_be_refused() -> None:
    """The operating point is the strictest that refuses no more than was allowed."""
    data = sample()
    points = curve(probabilities(fit(data), data), data)
    cut = chosen(points, 0.05)
    assert next(each for each in points if each.cut == cut).refused_right <= 0.05
    assert all(each.refused_right > 0.05 for each in points if each.cut > cut)


def test_a_calibration_is_written_and_read_again(tmp_path) -> None:
    """The file that calibration writes is the threshold that answers."""
    development = [
        Case(id="1", question="when do I register my dog", pages=("https://www.govt.nz/register-a-dog/",)),
        Case(
            id="2",
            question="renew an adult passport",
            pages=("https://www.govt.nz/renew-an-adult-passport/",),
        ),
        Case(id="3", question="zebra crossing xylophone", answerable=False),
        Case(id="4", question="best pizza in Rome", answerable=False),
    ]
    found = calibrate(development, development, snapshot(), BagOfWords(), most_refused=0.5)
    path = tmp_path / "threshold.toml"
    path.write_text(as_toml(found, source="a test", date="2026-11-27"))
    again = Threshold.load(path)
    assert again.cut == found.threshold.cut
    assert again.embedder == "bag-of-words"
    assert again.with_units.weights == pytest.approx(found.threshold.with_units.weights, abs=1e-3)


def test_pages_for_a_contact_are_trusted_as_often_as_they_were_right() -> None:
    """Nineteen right of nineteen are 20 in 21; where there was no such question, what held before goes on."""
    data = replace(sample(), reached=np.arange(200) < 38)
    assert share_right(data, data.reached & data.right, 0.5) == pytest.approx(20 / 21)
    assert share_right(data, data.elsewhere, 0.05) == 0.05


def test_a_near_miss_is_tested_on_pages_that_nothing_was_learnt_of() -> None:
    """A question beside what a page says belongs to that page, so the figures are not flattered."""
    near = Case(id="n", question="how many passports", answerable=False, tags={"near": "en/passport"})
    found = evidence_of([near], snapshot(), BagOfWords(), Threshold.load())
    assert found.group.tolist() == ["en/passport"]
