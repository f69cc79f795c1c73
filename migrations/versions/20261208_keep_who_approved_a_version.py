"""Keep with a version who approved it, and when, so that it is told beside who published it.

The release before this one does not know the columns, and goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261208"
down_revision = "20261207y"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rule_set_version", sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column("rule_set_version", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("rule_set_version", "approved_at")
    op.drop_column("rule_set_version", "approved_by")
