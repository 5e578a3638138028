"""What alembic runs: the migrations on the connection that it was given, in the caller's transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator
from sqlalchemy.sql.elements import False_, True_


def plain(kind: str, given: Any, _context: Any) -> str | Literal[False]:
    """A migration names the database's own types, as ours may change, and true and false of any engine."""
    if kind == "type" and isinstance(given, TypeDecorator):
        return f"sa.{given.impl!r}"
    if kind == "server_default" and isinstance(getattr(given, "arg", None), False_ | True_):
        return "sa.false()" if isinstance(given.arg, False_) else "sa.true()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain,
)
context.run_migrations()
