"""Keep the versions of the brief that an owner hands to providers.

The release before this one does not know the table, and goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261203f"
down_revision = "20261203g"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brief_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("advice", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_brief_version_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_version")),
        sa.UniqueConstraint("assessment_id", "number", name=op.f("uq_brief_version_assessment_id_number")),
    )


def downgrade() -> None:
    op.drop_table("brief_version")
