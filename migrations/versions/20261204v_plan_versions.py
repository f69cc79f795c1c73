"""Keep the next version of the rules that is planned for a time, or waits for another admin.

The release before this one knows nothing of it, and goes on working: it publishes at once as it did.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261204v"
down_revision = "20261203c"
branch_labels = None
depends_on = None


def _account(column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_planned_version_{column}_account")
    return sa.ForeignKeyConstraint([column], ["account.id"], name=name, ondelete="SET NULL")


def upgrade() -> None:
    op.create_table(
        "planned_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("comes_back", sa.Integer(), nullable=True),
        sa.Column("in_force", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_planned_version_only_one")),
        _account("asked_by"),
        _account("approved_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_version")),
    )


def downgrade() -> None:
    op.drop_table("planned_version")
