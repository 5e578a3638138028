"""Rules as data, and the shortcut that must never change what they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.guardrails import read_cases
from guardrails import Policy
from guardrails.folding import fold
from guardrails.mending import Mender
from guardrails.prefilter import needed_literals


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"\bkill (?:me|him)\b", {"kill "}),
        (r"(?:cat|dog)s?", {"cat", "dog"}),
        (r"\w+", None),
        (r"(?:long|)x?", None),
        (r"(?:ab)+c", {"ab"}),
        (r"(?i)Passport", {"passport"}),
    ],
)
def test_needed_literals(pattern, needs):
    """What a pattern cannot do without is read off it; where nothing is sure, nothing is claimed."""
    assert needed_literals(pattern) == (None if needs is None else frozenset(needs))


def test_the_shortcut_never_hides_a_match(policy):
    """Over all written cases, no expression matches where its shortcut says that it cannot."""
    texts = [fold(c["text"]) for name in ("crisis", "attacks", "scope") for c in read_cases(name)]
    rules = (*policy.crisis, *policy.attacks, *policy.scope)
    for expression in (e for rule in rules for e in (*rule.any, *rule.all, *rule.unless)):
        if expression.needs is None:
            continue
        missed = [t for t in texts if expression.pattern.search(t) and not expression.found_in(t)]
        assert missed == []


def test_every_rule_has_an_id_that_names_its_family(policy):
    """A decision can be traced to one rule."""
    ids = [rule.id for rule in (*policy.crisis, *policy.attacks, *policy.scope)]
    assert len(ids) == len(set(ids))
    assert all("." in name for name in ids)


def test_folding_makes_one_reading():
    """Case, macrons, apostrophes, look-alike letters and invisible characters are folded away."""
    assert fold("Ｉ CAN’T  tū\u200brū аnd") == "i cant turu and"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    """A folded text is its own folding."""
    assert fold(fold(text)) == fold(text)


def test_mending_reads_slips_and_leaves_words_alone():
    """An unknown word close to a key word is read as it; an ordinary word is not."""
    mender = Mender(frozenset({"suicide", "hitting", "hiding"}), {"hosting", "is"}.__contains__)
    assert "suicide is hosting" in mender.readings("sucide is hosting")
    readings = mender.readings("hiting")
    assert {"hitting", "hiding"} <= set(readings)


def test_every_shipped_expression_compiles():
    """Expressions are compiled when a text first needs them: none may turn out to be wrong only then."""
    policy = Policy.load()
    for rule in (*policy.crisis, *policy.attacks, *policy.scope):
        for expression in (*rule.any, *rule.all, *rule.unless):
            assert expression.pattern.pattern == expression.source
