"""Keep which items of the rules an admin opened last, so that the way back to them is short on any machine.

The release before this one does not know the column, and goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261207y"
down_revision = "20261204z2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("recent_items", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("account", "recent_items")
