"""Keep what admins write to each other about the items of the draft.

The release before this one knows nothing of it: what it publishes meanwhile is kept with the next version that this one
publishes.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261204x"
down_revision = "20261204v"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_thread",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version"], ["rule_set_version.number"], name=op.f("fk_item_thread_version_rule_set_version")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["account.id"], name=op.f("fk_item_thread_settled_by_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_thread")),
    )
    op.create_index(op.f("ix_item_thread_collection"), "item_thread", ["collection"])
    op.create_index(op.f("ix_item_thread_version"), "item_thread", ["version"])
    op.create_index(op.f("ix_item_thread_settled_by"), "item_thread", ["settled_by"])
    op.create_table(
        "item_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["item_thread.id"], name=op.f("fk_item_comment_thread_id_item_thread"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_item_comment_account_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_comment")),
    )
    op.create_index(op.f("ix_item_comment_thread_id"), "item_comment", ["thread_id"])
    op.create_index(op.f("ix_item_comment_account_id"), "item_comment", ["account_id"])
    op.create_index(op.f("ix_item_comment_removed_at"), "item_comment", ["removed_at"])


def downgrade() -> None:
    op.drop_table("item_comment")
    op.drop_table("item_thread")
