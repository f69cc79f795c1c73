"""Number the processes that are there already, the oldest of each account first, those in its bin too."""

from alembic import op

revision = "20261201n"
down_revision = "20261201m"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        UPDATE assessment SET number = ranked.number
        FROM (
            SELECT id, row_number() OVER (PARTITION BY account_id ORDER BY created_at, id) AS number
            FROM assessment WHERE account_id IS NOT NULL
        ) AS ranked
        WHERE ranked.id = assessment.id
        """
    )


def downgrade() -> None:
    """Nothing: the column goes with the change before."""
