"""Keys: shown once, stored as hashes, with roles and an end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.web.people import add_key, bearer
from web.access import Role
from web.access.errors import KeyRefused, SignInFailed, UnknownKey


def test_a_key_is_stored_as_a_hash_only(client, settings):
    """Whoever reads the database learns no key."""
    key = add_key(client)
    secret = key.split("_", 2)[2]
    for file in Path(settings.data_dir).glob("assistant.db*"):
        assert secret.encode() not in file.read_bytes()


def test_a_key_opens_what_its_role_may_and_nothing_else(client):
    """Without a key 401, with one of another role 403, with the right one 200: each says what to do."""
    nobody = client.get("/v1/jobs")
    assert (nobody.status_code, nobody.headers["content-type"]) == (401, "application/problem+json")
    assert "Bearer" in nobody.json()["what_to_do"]
    assert client.get("/v1/jobs", headers=bearer(client)).status_code == 200
    assert client.get("/v1/jobs", headers={"Authorization": "Bearer ga_made_up"}).status_code == 401


def test_an_admin_may_do_what_the_others_may():
    """Roles are sets, and the admin's holds all."""
    from web.access import Person

    admin = Person("a", frozenset({Role.ADMIN}))
    editor = Person("e", frozenset({Role.EDITOR}))
    assert admin.may(Role.EDITOR) and admin.may(Role.EVALUATOR)
    assert editor.may(Role.EDITOR, Role.EVALUATOR) and not editor.may(Role.ADMIN)


def test_a_revoked_key_and_its_sessions_are_worth_nothing(client):
    """From the next request on."""
    key = add_key(client)
    client.post("/console/sign-in", data={"key": key})
    assert client.get("/v1/jobs").status_code == 200
    access = client.app.state.services.access
    client.portal.call(lambda: access.keys.revoke("mere", by="test"))
    assert client.get("/v1/jobs").status_code == 401
    assert client.get("/v1/jobs", headers={"Authorization": f"Bearer {key}"}).status_code == 401


@pytest.mark.anyio
async def test_a_key_ends_on_its_day(keys, clock):
    """It works until then, and its refusal says why."""
    key = await keys.add("mere", [Role.EDITOR], days=1, by="test")
    assert (await keys.check(key))[0].name == "mere"
    clock.later(timedelta(days=2))
    with pytest.raises(SignInFailed, match="expired"):
        await keys.check(key)


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "roles"), [("has space", [Role.EDITOR]), ("", [Role.EDITOR]), ("mere", [])])
async def test_a_key_without_a_proper_name_or_a_role_is_refused(keys, name, roles):
    """Nothing is made."""
    with pytest.raises(KeyRefused):
        await keys.add(name, roles, days=1, by="test")
    assert await keys.count() == 0


@pytest.mark.anyio
async def test_a_name_is_given_once_for_ever(keys):
    """The trail names people by it, so nobody gets the name of somebody before."""
    await keys.add("mere", [Role.EDITOR], days=None, by="test")
    await keys.revoke("mere", by="test")
    with pytest.raises(KeyRefused, match="mere"):
        await keys.add("mere", [Role.ADMIN], days=None, by="test")
    with pytest.raises(UnknownKey):
        await keys.revoke("nobody", by="test")


@pytest.mark.anyio
async def test_a_key_opens_what_it_opens_where_nothing_can_be_written(engine, keys, clock):
    """On a full disk an editor can still look; when the key was used last is written down another time."""
    key = await keys.add("mere", [Role.EDITOR], days=None, by="test")
    full = "CREATE TRIGGER full BEFORE UPDATE ON access_keys BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    async with engine.begin() as connection:
        await connection.execute(text(full))
    assert (await keys.check(key))[0].name == "mere"
    async with engine.begin() as connection:
        await connection.execute(text("DROP TRIGGER full"))
    await keys.check(key)
    assert [each.last_used_at for each in await keys.all()] == [clock()]
