"""Remember with each sign-in which processes came along from the browser, so that they can be given back to it.

The release before this one writes nothing there, and the default stands.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201k"
down_revision = "20261201"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("login_session", sa.Column("came_along", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("login_session", "came_along")
