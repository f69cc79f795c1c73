"""Create the table of jobs, work that takes longer than a page may, and the packed answers that one kind of it reads.

The release before this one knows neither, and goes on working. What it saves is not packed, or out of date by its row
version; the next job that reads it packs it (docs/decisions/0009).
"""

import sqlalchemy as sa
from alembic import op

revision = "20261125b"
down_revision = "20261125"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("open_kind", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_job")),
        sa.UniqueConstraint("open_kind", name=op.f("uq_job_open_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_job_kind"), "job", ["kind"])
    op.add_column("assessment", sa.Column("packed", sa.LargeBinary(), nullable=True))
    op.add_column("assessment", sa.Column("packed_for", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("assessment") as batch:
        batch.drop_column("packed_for")
        batch.drop_column("packed")
    op.drop_table("job")
