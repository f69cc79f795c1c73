"""Keep an owner's own figures of what a process costs.

The release before this one does not know the column, and goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261202t"
down_revision = "20261202s"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment", sa.Column("costs", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("assessment", "costs")
