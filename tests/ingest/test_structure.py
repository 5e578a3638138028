"""Quotes are cut from the page byte for byte, and never in the middle of what belongs together."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import BlockKind, UnitKind, cells, plain
from ingest.structure import LONGEST_SENTENCE, blocks, sentences

PAGE = """Anyone can apply. It takes e.g. 10 working days. Dr. Hape agrees!

## How to apply

Do this:

1. Fill in the form.
   Use black ink.
2. Send it:
   - by post, or
   - online.

## Cost

| Service | Fee |
|---|---|
| Standard | $100 |
| Urgent | $200 |
"""


def quotes(text, kind):
    """The quotes of every unit of that kind."""
    return [
        text[unit.start : unit.end] for block in blocks(text) for unit in block.units if unit.kind is kind
    ]


def test_sentences_end_where_a_reader_would_end_them():
    """Abbreviations and initials do not end a sentence."""
    assert quotes(PAGE, UnitKind.SENTENCE)[:3] == [
        "Anyone can apply.",
        "It takes e.g. 10 working days.",
        "Dr. Hape agrees!",
    ]


def test_steps_keep_their_numbers_and_items_stand_apart():
    """A numbered list gives steps; a list nested in it gives items of its own."""
    steps = [unit for block in blocks(PAGE) for unit in block.units if unit.kind is UnitKind.STEP]
    assert [(unit.number, PAGE[unit.start : unit.end]) for unit in steps] == [
        (1, "Fill in the form.\n   Use black ink."),
        (2, "Send it:"),
    ]
    assert quotes(PAGE, UnitKind.ITEM) == ["by post, or", "online."]


def test_rows_know_their_header():
    """A table row comes with the header row that names its columns."""
    table = next(block for block in blocks(PAGE) if block.kind is BlockKind.TABLE)
    assert [cells(PAGE[unit.start : unit.end]) for unit in table.units] == [
        ("Standard", "$100"),
        ("Urgent", "$200"),
    ]
    assert cells(PAGE[slice(*table.units[0].header)]) == ("Service", "Fee")


def test_every_block_knows_its_headings():
    """The heading path leads from the outermost heading to the nearest."""
    nested = "# A\n\n## B\n\ntext one.\n\n### C\n\ntext two.\n\n## D\n\ntext three.\n"
    assert [block.heading_path for block in blocks(nested)] == [("A", "B"), ("A", "B", "C"), ("A", "D")]


def test_plain_text_without_markdown_is_its_sentences():
    """A text from a file without any markup is quoted by the sentence."""
    assert quotes("First point. Second point", UnitKind.SENTENCE) == ["First point.", "Second point"]


def test_a_lost_space_does_not_join_two_sentences():
    """Text from a page's markup may lack the space after a full stop."""
    assert quotes("You can apply online.The fee is shown there. See www.Govt.nz.", UnitKind.SENTENCE) == [
        "You can apply online.",
        "The fee is shown there.",
        "See www.Govt.nz.",
    ]


def test_marks_of_emphasis_and_links_are_not_words():
    """A reader sees the words of Markdown, not its marks."""
    assert plain("**Note:** go to [the form](https://x.govt.nz/a_b) _now_") == "Note: go to the form now"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab1.!? \n#-*|>`_[]()āé\t2)")), max_size=200))
def test_units_lie_inside_any_text_and_in_order(text):
    """Whatever an editor types, every unit is a non-empty span of it and no two blocks overlap."""
    end = 0
    for block in blocks(text):
        assert end <= block.start <= block.end <= len(text)
        end = block.end
        for unit in block.units:
            assert 0 <= unit.start < unit.end <= len(text)
            assert text[unit.start : unit.end].strip() == text[unit.start : unit.end]


def test_text_without_punctuation_is_cut_between_words() -> None:
    """A run of words that never ends is quoted in bearable parts, none of them lost."""
    text = "word and another. " * 5_000
    spans = list(sentences(text, 0, len(text)))
    assert max(end - start for start, end in spans) <= LONGEST_SENTENCE
    assert " ".join(text[start:end] for start, end in spans) == text.strip()
