"""Remind an account of the day to look at a process again, and keep comments on the sections of an advice.

The release before this one knows nothing of them, and goes on working: the rows go with their process by the database's
own cascade.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261203c"
down_revision = "20261203p"
branch_labels = None
depends_on = None


def _of(table: str, column: str, referred: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{referred}")
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("told_of", sa.Date(), nullable=True),
        _of("reminder", "assessment_id", "assessment", "CASCADE"),
        _of("reminder", "account_id", "account", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("assessment_id", "account_id", name=op.f("uq_reminder_assessment_id_account_id")),
    )
    op.create_index(op.f("ix_reminder_account_id"), "reminder", ["account_id"])
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        _of("comment", "assessment_id", "assessment", "CASCADE"),
        _of("comment", "account_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_assessment_id"), "comment", ["assessment_id"])
    op.create_index(op.f("ix_comment_account_id"), "comment", ["account_id"])
    op.create_index(op.f("ix_comment_removed_at"), "comment", ["removed_at"])


def downgrade() -> None:
    op.drop_table("comment")
    op.drop_table("reminder")
