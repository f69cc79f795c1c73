"""Links that confirm another address of an account, and letters that know whose they are.

The release before this one leaves both columns empty, and goes on working.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261125"
down_revision = "20261122b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reset_token", sa.Column("address", sa.Text(), nullable=True))
    with op.batch_alter_table("mail_outbox") as batch:
        batch.add_column(sa.Column("account_id", sa.Uuid(), nullable=True))
        batch.create_index(batch.f("ix_mail_outbox_account_id"), ["account_id"])
        batch.create_foreign_key(
            batch.f("fk_mail_outbox_account_id_account"), "account", ["account_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("mail_outbox") as batch:
        batch.drop_constraint(batch.f("fk_mail_outbox_account_id_account"), type_="foreignkey")
        batch.drop_index(batch.f("ix_mail_outbox_account_id"))
        batch.drop_column("account_id")
    op.drop_column("reset_token", "address")
