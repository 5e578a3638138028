"""Looking at something changes nothing, even for those who may change everything."""

from __future__ import annotations

from sqlalchemy import select

from ingest import metadata
from tests.web.access.test_matrix import RULES, address
from tests.web.people import sign_in
from web.access import Role

SEEN = {"access_sessions", "access_keys"}
"""When a session or a key was last used is noted on purpose."""


def contents(client):
    """Every row of every table."""
    engine = client.app.state.services.engine

    async def read():
        async with engine.connect() as connection:
            return {
                table.name: sorted(map(repr, await connection.execute(select(table))))
                for table in metadata.sorted_tables
                if table.name not in SEEN
            }

    return client.portal.call(read)


def test_no_address_that_is_only_read_changes_anything(client, record_property):
    """A link, an image or a browser that loads ahead cannot make a change in somebody's name."""
    sign_in(client, Role.ADMIN)
    read = [path for method, path in map(str.split, RULES) if method == "GET"]
    record_property("tried", len(read))
    client.get("/v1/service/log")  # writes down what was published since it was last read, whoever reads it
    before = contents(client)
    for path in read:
        if not path.endswith("/events"):  # a stream that goes on
            client.get(address(path))
    assert contents(client) == before
