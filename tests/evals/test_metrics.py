"""Each metric on an answer that is right and on one that is not, with what it says of them."""

from __future__ import annotations

from math import log2, nan

import pytest

from assistant import Outcome
from evals import EvalError, Score, chosen, score_all
from evals.metrics.readability import syllables
from tests.evals.making import trial


def value(metric, *trials):
    """The first trial's score by that metric."""
    found = score_all(trials, chosen([metric])).scores[metric][0]
    return found and found.value


def said(metric, *trials):
    """Why the first trial has its score."""
    return score_all(trials, chosen([metric])).scores[metric][0].explanation


def test_retrieval_counts_the_rank_of_any_expected_page():
    """The second of two expected pages at rank 2 is found at 5, not at 1."""
    second = trial("x", pages=("en/none", "en/rent"))
    assert value("recall@1", second) == 0
    assert value("recall@5", second) == 1
    assert value("ndcg@10", second) == pytest.approx(1 / log2(3))
    assert value("mrr", second) == 0.5
    assert "is page 2 of 2" in said("mrr", second)
    assert "not among the 2" in said("recall@5", trial("x", pages=("en/none",)))
    assert value("recall@1", trial("x", pages=(), answerable=False)) is None


def test_an_address_names_a_page_as_well_as_its_slug():
    """A suite over real pages has no slugs."""
    assert value("recall@1", trial("x", pages=("https://www.govt.nz/en/bond/",))) == 1


def test_a_citation_that_does_not_verify_is_seen():
    """A quote that is not at its span, and a sentence without a quote, are failures."""
    assert value("citation validity", trial("x")) == 1
    assert value("citation validity", trial("x", verifies=False)) == 0
    assert value("citation validity", trial()) is None


def test_citation_precision_names_the_page_that_was_not_expected():
    """An evaluator sees which page crept in."""
    other = trial("x", cited="en/rent")
    assert value("citation precision", other) == 0
    assert "also cited: en/rent" in said("citation precision", other)


def test_forbidden_pages_by_name_and_by_prefix():
    """A page is forbidden by itself or with all that begin as it does."""
    assert value("forbidden pages", trial("x", forbidden_pages=("en/rent",))) == 1
    assert value("forbidden pages", trial("x", forbidden_pages=("en/bond",))) == 0
    assert value("forbidden pages", trial("x", forbidden_pages=("en/",))) == 0


def test_a_case_that_only_forbids_pages_takes_either_ending():
    """Whoever asks only that records stay away does not mark down an answer or a refusal."""
    only = {"forbidden_pages": ("records/",), "pages": (), "facts": ()}
    assert value("answered or declined rightly", trial("x", **only)) is None
    assert value("abstention precision", trial("x", **only)) is None
    assert value("forbidden pages", trial("x", **only)) == 1
    assert value("forbidden pages", trial("x")) is None


def test_a_choice_of_the_right_page_is_as_good_as_an_answer():
    """Asked back without it, or about what no page answers, the reader is no further."""
    metric, back = "answered or declined rightly", Outcome.CLARIFICATION
    assert value(metric, trial(outcome=back, offered=("en/rent", "en/bond"))) == 1
    assert "offered a page" in said(metric, trial(outcome=back, offered=("en/bond",)))
    assert value(metric, trial(outcome=back, offered=("en/rent",))) == 0
    assert value(metric, trial(outcome=back, offered=("en/bond",), pages=(), answerable=False)) == 1


def test_facts_that_must_and_must_not_be_shown():
    """A fact counts where the answer quotes it; the missing one is named."""
    half = trial("It is free.", facts=("free", "online"), forbidden=("paper",))
    assert value("fact recall", half) == 0.5
    assert "missing: online" in said("fact recall", half)
    assert value("forbidden facts", half) == 1
    assert value("forbidden facts", trial("on paper", forbidden=("paper",))) == 0


def test_abstention_precision_and_recall_over_a_suite():
    """Two of three unanswerable questions declined, and one answerable one: 2 of 3 both ways."""
    four = [
        trial(pages=(), answerable=False),
        trial(pages=(), answerable=False),
        trial("x", pages=(), answerable=False),
        trial(),
        trial("y"),
    ]
    figures = score_all(four, chosen(["abstention precision", "abstention recall"])).figures
    assert figures["abstention precision"].mean == pytest.approx(2 / 3, abs=1e-6)
    assert figures["abstention recall"].mean == pytest.approx(2 / 3, abs=1e-6)
    assert value("answered or declined rightly", four[2]) == 0
    assert "with confidence 0.90; should have declined" in said("answered or declined rightly", four[2])


def test_a_refusal_is_right_only_where_it_is_due_and_for_the_right_reason():
    """An ordinary question refused, an attack answered and an attack refused as abuse are all wrong."""
    attack = {"outcome": "refused_attack"}
    assert value("refusal", trial("x")) == 1
    assert value("refusal", trial(outcome=Outcome.REFUSED_SCOPE)) == 0
    ended = trial(outcome=Outcome.REFUSED_ATTACK)
    expected = ended.case.model_copy(update=attack)
    right = type(ended)(expected, ended.asked)
    assert value("refusal", right) == 1
    assert value("expected ending", right) == 1
    wrong = type(ended)(expected, trial(outcome=Outcome.REFUSED_ABUSE).asked)
    assert value("refusal", wrong) == 0
    assert value("refusal", type(ended)(expected, trial("x").asked)) == 0
    assert value("refusal", trial(pages=(), answerable=False, outcome=Outcome.REFUSED_SCOPE)) is None


def test_a_card_beside_an_answer_is_no_refusal():
    """Help shown with the answer does not keep the answer from the citizen."""
    assert value("refusal", trial("x", outcome=Outcome.CRISIS)) == 1


def test_polarity_is_read_from_the_deciding_fact_or_from_the_first_sentence():
    """The quoted fact decides; without it a negation in the first sentence means no."""
    fact = "You cannot get it twice."
    assert value("polarity accuracy", trial(fact, polarity="no", facts=(fact,))) == 1
    assert value("polarity accuracy", trial("You cannot.", polarity="yes", facts=("other",))) == 0
    assert value("polarity accuracy", trial("Kāore e taea.", polarity="no", facts=("other",))) == 1
    assert value("polarity accuracy", trial("A nota bene.", polarity="yes", facts=("other",))) == 1
    assert value("polarity accuracy", trial(polarity="yes", facts=("other",))) == 0


def test_rephrasings_agree_or_are_named():
    """Of three rephrasings one reads otherwise: each sees how many of the others agree with it."""
    three = [
        trial("You can.", id="1", group="g", polarity="yes", facts=("zzz",)),
        trial("You may.", id="2", group="g", polarity="yes", facts=("zzz",)),
        trial("You cannot.", id="3", group="g", polarity="yes", facts=("zzz",)),
    ]
    assert value("polarity agreement", *three) == 0.5
    assert "otherwise: 3" in said("polarity agreement", *three)
    assert score_all(three, chosen(["polarity agreement"])).figures["polarity agreement"].mean == (
        pytest.approx(1 / 3, abs=1e-6)
    )


def test_personal_information_in_an_answer_fails_it():
    """What the redactor finds beyond the cited page is a failure by kind."""
    leaked = trial("x", personal=("NZ_IRD",))
    assert value("no personal information", leaked) == 0
    assert "NZ_IRD" in said("no personal information", leaked)


def test_readability_counts_words_and_syllables_of_english_only():
    """Two sentences of 3 and 5 words; te reo Māori is not judged by an English formula."""
    english = trial("You can apply. It takes two weeks today.")
    assert value("sentence length", english) == 4
    assert value("words", english) == 8
    assert value("reading age", english) < value(
        "reading age", trial("Eligibility determinations necessitate authenticated documentation.")
    )
    assert value("reading age", trial("Kia ora.", language="mi")) is None
    assert [syllables(word) for word in ("apply", "fee", "cheque", "table", "a")] == [2, 1, 1, 2, 1]


def test_latency_is_as_it_was_when_the_answer_was_made():
    """A step that was not reached has no time."""
    timed = trial("x", timings={"total": 12.5})
    assert value("ms total", timed) == 12.5
    assert value("ms compose", timed) is None


def test_a_case_passes_when_every_check_holds_and_a_score_that_is_no_number_fails_it():
    """NaN never passes for a good score."""

    class Broken:
        """A judge that gave no number."""

        name, check, better = "judge", True, "higher"

        def scores(self, trials):
            """NaN for each."""
            return [Score(nan, "the judge gave no number") for _ in trials]

    good = trial("It is free.", facts=("free",))
    assert score_all([good]).passed == (True,)
    sheet = score_all([good], [Broken()])
    assert sheet.passed == (False,)
    assert sheet.failing(0) == ("judge",)
    assert (sheet.figures["judge"].mean, sheet.figures["judge"].nan) == (0.0, 1)


def test_figures_are_given_by_tag_and_language():
    """An evaluator sees which topic is weak."""
    two = [
        trial("It is free.", facts=("free",), tags={"topic": "bonds"}),
        trial("x", facts=("free",), tags={"topic": "rent"}, id="b"),
    ]
    by_tag = score_all(two).by_tag()
    assert by_tag["topic"]["bonds"]["passed"].mean == 1
    assert by_tag["topic"]["rent"]["passed"].mean == 0
    assert by_tag["language"]["en"]["passed"].n == 2


def test_an_unknown_metric_is_answered_with_those_that_there_are():
    """Whoever mistypes a metric is told the names."""
    with pytest.raises(EvalError) as raised:
        chosen(["fact recal"])
    assert "fact recall" in raised.value.what_to_do
