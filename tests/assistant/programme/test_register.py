"""The six verbs: nothing is overwritten unseen, nothing is lost, and the public sees what is public."""

from __future__ import annotations

import pytest

from assistant.programme import (
    Actor,
    BadQuery,
    InvalidRecord,
    MissingVersion,
    NotAllowed,
    Query,
    StaleRecord,
    UnknownRecord,
    WrongState,
)

from .conftest import EDITOR

pytestmark = pytest.mark.anyio


async def test_a_draft_is_seen_by_the_office_alone(register, use_case):
    """Nobody outside reads a record before it is published."""
    made = await register.create("use-cases", use_case, by=EDITOR)
    with pytest.raises(UnknownRecord):
        await register.read("use-cases", made.slug)
    assert (await register.read("use-cases", made.slug, by=EDITOR)).state == "draft"
    await register.move(made, "publish", by=EDITOR, version=1)
    assert (await register.read("use-cases", made.slug)).title == "Sorting letters"


async def test_two_people_cannot_overwrite_each_other(register, use_case):
    """A change to a version that is not the latest is refused, and the first change stands."""
    made = await register.create("use-cases", use_case, by=EDITOR)
    await register.change(made, {"risk": "high"}, by=EDITOR, version=1)
    with pytest.raises(StaleRecord):
        await register.change(made, {"risk": "medium"}, by=EDITOR, version=1)
    with pytest.raises(MissingVersion):
        await register.change(made, {"risk": "medium"}, by=EDITOR, version=None)
    assert (await register.read("use-cases", made.slug, by=EDITOR)).values["risk"] == "high"


async def test_every_wrong_field_is_named_at_once(register, use_case):
    """A person mends a form in one go."""
    wrong = use_case | {"stage": "someday", "title": "", "started": "soon", "colour": "red"}
    with pytest.raises(InvalidRecord) as raised:
        await register.create("use-cases", wrong, by=EDITOR)
    assert set(raised.value.problems) == {"stage", "title", "started", "colour"}
    assert "2027-03-31" in raised.value.problems["started"]


async def test_personal_details_are_refused_in_public_fields(register, use_case):
    """An address in a public text is not stored; in the private field it is."""
    with pytest.raises(InvalidRecord) as raised:
        await register.create("use-cases", use_case | {"summary": "Ask mere@letters.govt.nz"}, by=EDITOR)
    assert "not public" in raised.value.problems["summary"]
    made = await register.create("use-cases", use_case, by=EDITOR)
    assert made.values["contact"]
    with pytest.raises(InvalidRecord):
        await register.change(
            made, {"risk": "high"}, by=EDITOR, version=1, reason="mere@letters.govt.nz says so"
        )
    assert (await register.read("use-cases", made.slug, by=EDITOR)).version == 1


async def test_a_role_is_needed_to_write(register, use_case):
    """A visitor and a person with another role change nothing."""
    for person in (Actor("anyone"), Actor("eve", frozenset({"evaluator"}))):
        with pytest.raises(NotAllowed):
            await register.create("use-cases", use_case, by=person)


async def test_a_removed_record_is_gone_and_its_history_stays(register, use_case):
    """Everything that happened is kept, newest first, with who and why."""
    made = await register.create("use-cases", use_case, by=EDITOR)
    moved = await register.move(made, "publish", by=EDITOR, version=1)
    await register.remove(moved, by=EDITOR, version=2, reason="registered twice")
    with pytest.raises(UnknownRecord):
        await register.read("use-cases", made.slug, by=EDITOR)
    history = await register.history("use-cases", made.slug)
    assert [(each.action, each.version) for each in history] == [("remove", 3), ("publish", 2), ("create", 1)]
    assert (history[0].by, history[0].reason) == ("mere", "registered twice")
    back = await register.read("use-cases", made.slug, by=EDITOR, deleted=True)
    await register.restore(back, by=EDITOR, version=3)
    assert (await register.read("use-cases", made.slug)).version == 4


async def test_a_move_that_the_state_does_not_allow_is_refused(register, use_case):
    """An archive needs something that is published, and a reason."""
    made = await register.create("use-cases", use_case, by=EDITOR)
    with pytest.raises(WrongState):
        await register.move(made, "archive", by=EDITOR, version=1, reason="old")
    published = await register.move(made, "publish", by=EDITOR, version=1)
    with pytest.raises(WrongState):
        await register.move(published, "archive", by=EDITOR, version=2)


async def test_lists_are_filtered_sorted_and_paged(register, use_case):
    """Fields, ranges, lists, words without macrons, order and pages are all answered by the database."""
    for title, started, tags in (
        ("Ātea", "2024-01-01", ["a"]),
        ("Bee", "2025-01-01", ["b"]),
        ("Sea", "2026-01-01", ["a", "b"]),
    ):
        made = await register.create(
            "use-cases", use_case | {"title": title, "started": started, "tags": tags}, by=EDITOR
        )
        await register.move(made, "publish", by=EDITOR, version=1)

    async def titles(**query):
        return [each.title for each in (await register.find("use-cases", Query(**query))).records]

    assert await titles(filters={"tags": "a"}, order="-started") == ["Sea", "Ātea"]
    assert await titles(filters={"started.from": "2025-01-01", "started.to": "2025-12-31"}) == ["Bee"]
    assert await titles(text="atea") == ["Ātea"]
    assert await titles(order="started", offset=1, limit=1) == ["Bee"]
    assert (await register.find("use-cases", Query(limit=1))).total == 3
    for query in (
        {"filters": {"contact": "x"}},
        {"order": "contact"},
        {"filters": {"no": "x"}},
        {"limit": 0},
    ):
        with pytest.raises(BadQuery):
            await titles(**query)


async def test_a_reference_must_lead_somewhere(register):
    """A record cannot refer to one that is not there."""
    with pytest.raises(InvalidRecord) as raised:
        await register.create(
            "offers", {"title": "Offer", "supplier": "nobody", "summary": "Something."}, by=EDITOR
        )
    assert "suppliers/nobody" in raised.value.problems["supplier"]


async def test_records_of_people_are_never_public(register):
    """A visitor may not even ask for registrations."""
    with pytest.raises(NotAllowed):
        await register.find("registrations")
