"""Create the table of proofs: what was found about a rule set over every combination of answers.

The release before this one does not know the table, and goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126b"
down_revision = "20261125b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proof",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("method", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_proof")),
    )
    op.create_index(op.f("ix_proof_created_at"), "proof", ["created_at"])


def downgrade() -> None:
    op.drop_table("proof")
