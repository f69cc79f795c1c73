"""Create organisations, their members and invitations, and the record of who did what to their processes.

A process, and a link to one, belongs to an account or to an organisation. The release before this one goes on working:
it finds no process of an organisation, and stores none.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261203g"
down_revision = "20261203a"
branch_labels = None
depends_on = None

_OWNED = ("assessment", "share_link")


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _foreign_key("membership", "organisation"),
        _foreign_key("membership", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("organisation_id", "account_id", name=op.f("uq_membership_organisation_id_account_id")),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _foreign_key("invitation", "organisation"),
        _foreign_key("invitation", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    for column in ("organisation_id", "account_id", "expires_at"):
        op.create_index(op.f(f"ix_invitation_{column}"), "invitation", [column])
    op.create_table(
        "process_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _foreign_key("process_act", "assessment"),
        _foreign_key("process_act", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_act")),
    )
    for column in ("assessment_id", "account_id"):
        op.create_index(op.f(f"ix_process_act_{column}"), "process_act", [column])
    for table in _OWNED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("organisation_id", sa.Uuid(), nullable=True))
            batch.create_index(batch.f(f"ix_{table}_organisation_id"), ["organisation_id"])
            batch.create_foreign_key(
                batch.f(f"fk_{table}_organisation_id_organisation"),
                "organisation",
                ["organisation_id"],
                ["id"],
                ondelete="CASCADE",
            )
            if table == "share_link":
                batch.alter_column("account_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    for table in _OWNED:
        op.execute(sa.text(f"DELETE FROM {table} WHERE organisation_id IS NOT NULL"))  # noqa: S608
    for table in reversed(_OWNED):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(batch.f(f"fk_{table}_organisation_id_organisation"), type_="foreignkey")
            batch.drop_index(batch.f(f"ix_{table}_organisation_id"))
            batch.drop_column("organisation_id")
            if table == "share_link":
                batch.alter_column("account_id", existing_type=sa.Uuid(), nullable=False)
    for table in ("process_act", "invitation", "membership", "organisation"):
        op.drop_table(table)


def _foreign_key(table: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    column = f"{target}_id"
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)
