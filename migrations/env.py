"""Run by Alembic: every pending migration in one transaction, one runner at a time, on both databases."""

from alembic import context
from sqlalchemy import Connection, Engine

from advisor.models import Base

MIGRATION_LOCK = 7_305_221
"""Any number that nothing else locks; PostgreSQL lets one holder at a time migrate."""


def run(bind: Engine | Connection) -> None:
    """Bring the schema to the revision asked for, or leave everything as it was."""
    if isinstance(bind, Connection):  # whoever restores a backup does it in their own transaction
        migrate(bind)
        return
    is_sqlite = bind.dialect.name == "sqlite"
    with bind.connect() as connection:
        if is_sqlite:
            # Rebuilding a parent table must not delete its children. The pragma works outside a transaction only.
            driver_connection = connection.connection.dbapi_connection
            assert driver_connection is not None  # noqa: S101
            driver_connection.execute("PRAGMA foreign_keys=OFF").close()
        with connection.begin():
            migrate(connection)
            if is_sqlite and (orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"{len(orphans)} rows would refer to nothing, the first in {orphans[0][0]}")


def migrate(connection: Connection) -> None:
    """The same within the transaction that ``connection`` is in."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=is_sqlite,
        compare_type=True,
        transactional_ddl=True,
        on_version_apply=context.config.attributes.get("on_version_apply"),
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["bind"])
