"""Units as they are searched."""

from __future__ import annotations

from ingest.units import outline
from tests.doubles import page

TEXT = """## What you need
You need all of these:

- your **birth** certificate
- two photos

Bring them.

| Service | Fee |
|---|---|
| Standard | $215 |
"""


def test_an_item_is_searched_with_its_lead_in() -> None:
    """A list item is found by the sentence that leads into its list, but does not quote it."""
    found = outline(page("get-a-passport", TEXT)).units
    item = next(each for each in found if "photos" in each.text)
    assert item.text == "two photos"
    assert item.search_text == "Get a passport > What you need\nYou need all of these: two photos"


def test_a_row_is_searched_with_its_columns() -> None:
    """A table row is found by the names of its columns."""
    row = outline(page("get-a-passport", TEXT)).units[-1]
    assert row.text == "Service: Standard, Fee: $215"


def test_every_unit_stands_in_its_block() -> None:
    """A unit's span lies inside the block that it names."""
    lines = outline(page("get-a-passport", TEXT))
    for each in lines.units:
        block = lines.blocks[each.block]
        assert block.start <= each.unit.start < each.unit.end <= block.end


def test_a_sentence_after_a_list_leads_into_nothing() -> None:
    """Only lists have a lead-in."""
    found = outline(page("get-a-passport", TEXT)).units
    assert next(each for each in found if each.text == "Bring them.").search_text.endswith("\nBring them.")
