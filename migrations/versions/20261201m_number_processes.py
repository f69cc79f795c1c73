"""Keep the number of a process in the list of its account.

It was counted anew each time the list was read, so whoever deleted one process gave other numbers to those after it.
A visitor's process has none. The release before this one does not know the column; what it adds is numbered when the
list is read, after all others.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201m"
down_revision = "20261201l"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment", sa.Column("number", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("assessment", "number")
