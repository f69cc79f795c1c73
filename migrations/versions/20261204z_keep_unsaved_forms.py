"""Keep what an admin typed into a form of the draft and did not save.

The release before this one knows nothing of it, and keeps none.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261204z"
down_revision = "20261205a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsaved_form",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_unsaved_form_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_unsaved_form")),
    )
    op.create_index(op.f("ix_unsaved_form_account_id"), "unsaved_form", ["account_id"])
    op.create_index(op.f("ix_unsaved_form_typed_at"), "unsaved_form", ["typed_at"])


def downgrade() -> None:
    op.drop_table("unsaved_form")
