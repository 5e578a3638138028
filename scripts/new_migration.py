"""Write the next migration: what today's tables have and the sum of all migrations has not.

    .venv/bin/python scripts/new_migration.py "a table of bookings"

Read what it wrote before you commit it: it cannot know of renamed columns, of triggers or of data.
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import web.main  # noqa: F401 every room's tables
from ingest import metadata
from web.migrations.migrate import head, upgrade


def main(message: str) -> None:
    """Write `web/migrations/versions/vNNNN_message.py`."""
    number = f"{int(head() or 0) + 1:04}"
    with create_engine("sqlite://").begin() as connection:
        if head():
            upgrade(connection, head())
        config = Config(attributes={"connection": connection, "metadata": metadata})
        config.set_main_option("script_location", "web:migrations")
        config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
        command.revision(config, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main(sys.argv[1])
