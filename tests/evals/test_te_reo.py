"""Te reo Māori against English, and one embedder against another."""

from __future__ import annotations

import unicodedata

from assistant import Answer, Citation, Outcome, Sentence, SentenceKind
from evals import Case, load
from evals.bench.embedders import compare_embedders
from evals.languages import TARGET, score_languages
from evals.te_reo import SPELLINGS, SUITE, TWINS, macrons_kept
from tests.doubles import BagOfWords
from tests.snapshots import DOG, PASSPORT, snapshot


def test_each_question_has_its_english_twin() -> None:
    """At least 100 cases, in te reo Māori and in both languages, each beside the same question in English."""
    ours, twins = load(SUITE).cases, load(TWINS).cases
    assert len(ours) >= 100
    assert {case.group for case in ours} == {case.group for case in twins}
    assert {"mi", "mixed"} == {case.language for case in ours}
    assert {"macron", "plain", "doubled", "mixed", "agency"} <= {case.tags["form"] for case in ours}


def test_spellings_are_spellings_of_one_question() -> None:
    """Each way of typing folds back to the same letters, and differs where it should."""
    asked = "Āe, ngā tāke?"
    typed = {name: spell(asked) for name, spell in SPELLINGS.items()}
    assert typed["doubled vowels"] == "Aae, ngaa taake?"
    assert typed["without macrons"] == "Ae, nga take?"
    assert unicodedata.normalize("NFC", typed["combining macrons"]) == asked
    assert len(set(typed.values())) == len(SPELLINGS)


def test_macrons_of_quotes_are_counted_after_json() -> None:
    """Composed and combining marks come through JSON as they stand on the page."""
    quotes = ("Me rēhita ngā pēpi.", unicodedata.normalize("NFD", "Kāore he utu."), "No macron here.")
    said = tuple(
        Sentence(each, SentenceKind.SENTENCE, (Citation("c", "p", "v", "u", "t", (), 0, len(each), each),))
        for each in quotes
    )
    assert macrons_kept(Answer("a", Outcome.ANSWERED, "mi", "", said, ())) == [True, True]


def test_the_report_on_languages_reaches_its_target() -> None:
    """The held-out half decides, and each row has its count."""
    report = score_languages()
    assert report.passed and report.held_out >= TARGET
    assert any(half == "held-out" and group == "te reo Māori" for half, group, _ in report.rows)


def test_a_better_embedder_has_a_ratio_above_one() -> None:
    """Of two embedders over the same pages, one that sees nothing is told from one that sees words."""

    class Blind(BagOfWords):
        """Gives every text the same vector."""

        def embed(self, texts, progress=None):
            return super().embed(["same"] * len(texts), progress)

    cases = [
        Case(id="1", question="renew an adult passport", pages=(PASSPORT.url,)),
        Case(id="2", question="register a dog", pages=(DOG.url,)),
    ]
    rows = compare_embedders(snapshot(), Blind(), BagOfWords(), [("small", cases)])
    assert rows[0].ratio >= 1
    assert rows[0].second == 1
