"""Let a link show a version of a brief.

The release before this one makes links to results alone, and goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261203f2"
down_revision = "20261203o"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("share_link", sa.Column("brief_number", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("share_link", "brief_number")
