"""Pages that say nearly the same are found, and an older one never outranks its successor."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ingest import Freshness
from ingest.policy import Standing
from tests.doubles import page
from tests.snapshots import snapshot

TEXT = (
    "You can renew your passport online if you have had one before. "
    "It costs ${fee} and takes about ten working days to arrive at your home by courier."
)
OLD = page("passport-fees-2023", TEXT.replace("{fee}", "199"), last_updated=date(2023, 7, 1))
NEW = page("passport-fees", TEXT.replace("{fee}", "247"), last_updated=date(2026, 7, 1))
OTHER = page("dogs", "Register your dog with the council before it is three months old, every single year.")


def test_two_editions_of_a_page_are_duplicates_though_their_figures_differ() -> None:
    """The pair is found, and the newer edition is the older one's successor."""
    held = snapshot((OLD, NEW, OTHER))
    assert [(each.first, each.second) for each in held.duplicates] == [tuple(sorted((OLD.id, NEW.id)))]
    assert held.successors.tolist() == [1, -1, -1]


@pytest.mark.parametrize("scores", [(0.9, 0.2, 0.5), (0.1, 0.2, 0.5), (0.0, 0.0, 0.5), (1.0, 1.0, 1.0)])
def test_an_older_duplicate_never_outranks_its_successor(scores) -> None:
    """Whatever the question, the older edition scores less; the others keep what they had."""
    settled = snapshot((OLD, NEW, OTHER)).settled(np.array(scores, dtype=np.float32))
    assert settled[0] < settled[1] or settled[0] == settled[1] == 0
    assert settled[1:].tolist() == pytest.approx(scores[1:])


def test_editions_in_a_row_stand_in_the_order_of_their_dates() -> None:
    """Of three editions the newest ranks first and the oldest last."""
    middle = page("passport-fees-2025", TEXT.replace("{fee}", "215"), last_updated=date(2025, 7, 1))
    settled = snapshot((OLD, middle, NEW)).settled(np.array([0.9, 0.8, 0.3], dtype=np.float32))
    assert settled[0] < settled[1] < settled[2]


def test_translations_and_undated_pages_are_not_put_below_one_another() -> None:
    """A page in another language is no duplicate; where a date is missing nobody can tell which is newer."""
    other_language = page("passport-fees-mi", NEW.text, language="mi", last_updated=date(2027, 1, 1))
    undated = page("passport-fees-copy", NEW.text)
    held = snapshot((NEW, other_language, undated))
    assert len(held.duplicates) == 1
    assert held.successors.tolist() == [-1, -1, -1]


def test_a_withheld_page_does_not_answer_and_holds_no_other_down() -> None:
    """A page that is too old scores nothing; the older edition of it may answer in its place."""
    from dataclasses import replace

    held = replace(snapshot((OLD, NEW, OTHER)), standing=Standing({NEW.id: Freshness.WITHHELD}, {}))
    assert held.settled(np.array([0.5, 0.9, 0.1], dtype=np.float32)).tolist() == pytest.approx([0.5, 0, 0.1])
