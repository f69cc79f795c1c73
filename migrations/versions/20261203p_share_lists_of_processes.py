"""A link may show a list of processes in place of one result.

The release before this one goes on working: it looks for links by their process, and so finds none to a list.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261203p"
down_revision = "20261203f2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("share_link") as batch:
        batch.add_column(sa.Column("process_ids", sa.JSON(), nullable=True))
        batch.alter_column("assessment_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM share_link WHERE assessment_id IS NULL")
    with op.batch_alter_table("share_link") as batch:
        batch.alter_column("assessment_id", existing_type=sa.Uuid(), nullable=False)
        batch.drop_column("process_ids")
