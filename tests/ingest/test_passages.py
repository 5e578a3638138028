"""Passages are small, keep what belongs together, and quote the page exactly."""

from __future__ import annotations

from ingest.passages import LIMIT_TOKENS, TARGET_TOKENS, passages
from tests.doubles import page


def count(text: str) -> int:
    """Words, as tokens."""
    return len(text.split())


def test_each_passage_is_a_span_of_its_page():
    """The stored text of a passage is the page's own at its span."""
    whole = page("a", "One. Two.\n\n## B\n\nThree.\n\n- four\n- five\n")
    cut = passages(whole, count)
    assert [whole.text[each.start : each.end] for each in cut] == [each.text for each in cut]
    assert [each.heading_path for each in cut] == [(), ("B",)]


def test_headings_are_searched_with_the_text_but_not_quoted():
    """A passage is found by its page's title and headings, which are no part of the quote."""
    passage = passages(page("renew-passport", "## Cost\n\nIt is $100."), count)[0]
    assert passage.search_text == "Renew passport > Cost\nIt is $100."
    assert passage.text == "It is $100."


def test_tables_and_lists_stay_whole_however_long():
    """A row or an item is never parted from its table or list."""
    rows = "\n".join(f"| item {n} has several words | ${n} |" for n in range(100))
    cut = passages(page("a", f"Intro.\n\n| Item | Fee |\n|---|---|\n{rows}\n\nOutro."), count)
    assert len([each for each in cut if "| item" in each.text]) == 1


def test_a_long_paragraph_is_cut_between_sentences():
    """No passage of running text grows past the limit, and none begins in mid-sentence."""
    text = " ".join(f"This is sentence number {n} of the paragraph." for n in range(80))
    cut = passages(page("a", text), count)
    assert len(cut) > 3
    assert all(each.text.startswith("This is") and count(each.text) <= TARGET_TOKENS for each in cut)
    assert max(count(each.text) for each in cut) <= LIMIT_TOKENS


def test_an_empty_page_has_no_passages():
    """A page without text gives nothing to search."""
    assert passages(page("a", ""), count) == ()
