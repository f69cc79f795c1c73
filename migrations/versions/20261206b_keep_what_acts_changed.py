"""Keep with each act on the draft what it did to each item, so that it can be taken back.

The release before this one writes acts without it; they cannot be taken back.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261206b"
down_revision = "20261204z"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("changes", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit_event", "changes")
