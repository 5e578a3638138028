"""The data files of the programme fit together and say no more than was published."""

from __future__ import annotations

from jsonschema import Draft202012Validator

from assistant.programme import BEHAVIOURS, load_catalogue, schema
from assistant.programme.behaviours import CHECKS, REACTIONS
from assistant.programme.catalogue import read_toml
from assistant.programme.seeding import FOLDER, PUBLISHED

CATALOGUE = load_catalogue()


def test_all_fifteen_initiatives_have_kinds_in_four_focus_areas():
    """Each initiative keeps records, and belongs to one of the published focus areas."""
    assert [each.number for each in CATALOGUE.initiatives] == list(range(1, 16))
    areas = {area.name for area in CATALOGUE.areas}
    assert len(areas) == 4
    for initiative in CATALOGUE.initiatives:
        assert CATALOGUE.kinds_of(initiative), initiative.title
        assert initiative.focus_area in areas


def test_deliverables_are_given_for_the_two_that_were_published():
    """Nothing is made up for initiatives of which only the title could be read."""
    assert [each.number for each in CATALOGUE.initiatives if each.deliverable] == [1, 2]


def test_every_behaviour_check_and_reaction_that_a_kind_names_exists():
    """No view of the API is a dead end, and no behaviour is left that nobody offers."""
    offered = {name for kind in CATALOGUE.kinds.values() for name in (*kind.views, *kind.actions)}
    assert offered == set(BEHAVIOURS) == set(CATALOGUE.behaviours)
    assert {name for kind in CATALOGUE.kinds.values() for name in kind.checks} == set(CHECKS)
    assert {name for kind in CATALOGUE.kinds.values() for name in kind.reactions} == set(REACTIONS)


def test_every_kind_has_a_valid_schema_that_hides_private_fields():
    """Each schema is JSON Schema 2020-12; the public one names no private field."""
    for kind in CATALOGUE.kinds.values():
        Draft202012Validator.check_schema(schema(kind))
        public = schema(kind, internal=False)["properties"]
        assert not [field.name for field in kind.fields if field.private and field.name in public]


def test_contact_details_are_private_wherever_they_are_asked_for():
    """No kind has a public field for a person's email, phone or name."""
    for kind in CATALOGUE.kinds.values():
        for field in kind.fields:
            if field.name in {"contact", "email", "phone"}:
                assert field.private, f"{kind.name}.{field.name}"


def test_every_initiative_has_something_published_with_its_source_and_date():
    """Whoever opens an initiative finds what was published about it, and can look where."""
    catalogue = load_catalogue()
    rows = [row for path in (FOLDER / PUBLISHED).glob("*.toml") for row in read_toml(path)["records"]]
    assert all(row.get("generated") or (row["source"].startswith("https://") and row["read"]) for row in rows)
    held = {row["kind"] for row in rows}
    without = [
        each.number
        for each in catalogue.initiatives
        if not held & {kind.name for kind in catalogue.kinds_of(each)}
    ]
    assert without == []
