"""What was fitted on a version of the index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    with op.batch_alter_table("index_versions", schema=None) as batch:
        batch.add_column(sa.Column("calibration", sa.JSON(none_as_null=True), nullable=True))
