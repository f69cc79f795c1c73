"""Keep which warnings about the rules an admin accepted, and why.

The release before this one knows nothing of it, and shows them all.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261205a"
down_revision = "20261204x"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accepted_warning",
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rests_on", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["account.id"], name=op.f("fk_accepted_warning_accepted_by_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_accepted_warning")),
    )
    op.create_index(op.f("ix_accepted_warning_accepted_by"), "accepted_warning", ["accepted_by"])


def downgrade() -> None:
    op.drop_table("accepted_warning")
