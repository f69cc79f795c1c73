"""Keep with a one-time key what was sent under it, and the mark of what that left behind.

A key alone could not tell a repeat from other content: the second text of a form that was sent twice was answered as if
it had been saved. Rows that are there already have no fingerprint, and stay what they were: whatever comes under their
key is a repeat, until they are purged after two days. The release before this one knows neither column, and needs none.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201l"
down_revision = "20261201k"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idempotency_key", sa.Column("fingerprint", sa.Text(), nullable=True))
    op.add_column("idempotency_key", sa.Column("mark", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("idempotency_key", "mark")
    op.drop_column("idempotency_key", "fingerprint")
