"""What may be asked with a key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    with op.batch_alter_table("access_keys", schema=None) as batch:
        batch.add_column(sa.Column("requests_per_minute", sa.Integer(), nullable=True))
