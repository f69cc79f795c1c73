"""Put processes into groups, and keep the day on which their owner means to look again.

The release before this one does not know the columns, and goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261203a"
down_revision = "20261202t"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment", sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("assessment", sa.Column("look_again_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("assessment", "look_again_on")
    op.drop_column("assessment", "groups")
