"""Create lists of processes that were brought in.

The release before this one knows nothing of them, and goes on working: the rows go with their account, and
with their organisation, by the database's own cascade.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261203b"
down_revision = "20261203f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "process_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("processes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_process_import_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_process_import_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_import")),
    )
    op.create_index(op.f("ix_process_import_account_id"), "process_import", ["account_id"])
    op.create_index(op.f("ix_process_import_organisation_id"), "process_import", ["organisation_id"])
    op.create_index(op.f("ix_process_import_brought_at"), "process_import", ["brought_at"])
    op.create_index(op.f("ix_process_import_created_at"), "process_import", ["created_at"])


def downgrade() -> None:
    op.drop_table("process_import")
