"""People of a served application: keys, and clients that are signed in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from web.access import Role

if TYPE_CHECKING:
    from fastapi.testclient import TestClient


def add_key(client: TestClient, name: str = "mere", role: Role = Role.EDITOR, *, days: int = 30) -> str:
    """A key of the application that serves `client`."""
    keys = client.app.state.services.access.keys
    return client.portal.call(lambda: keys.add(name, [role], days=days, by="test"))


def bearer(client: TestClient, role: Role = Role.EDITOR) -> dict[str, str]:
    """The header of somebody with that role."""
    return {"Authorization": f"Bearer {add_key(client, f'{role}-key', role)}"}


def sign_in(client: TestClient, role: Role = Role.EDITOR, name: str = "mere") -> TestClient:
    """Sign `client` in."""
    done = client.post("/console/sign-in", data={"key": add_key(client, name, role)})
    assert done.url.path == "/console", done.text
    return client


def form_token(client: TestClient, path: str = "/console") -> str:
    """The token that forms of this session carry."""
    return re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(path).text)[1]
