"""Note for a moment which admin has which item of the draft open.

The release before this one knows nothing of it, and tells nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261204z2"
down_revision = "20261206b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_item",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_open_item_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "collection", "key", name=op.f("pk_open_item")),
    )
    op.create_index(op.f("ix_open_item_seen_at"), "open_item", ["seen_at"])


def downgrade() -> None:
    op.drop_table("open_item")
