import stat
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from advisor import starter
from advisor.models import Assessment, Database, RuleSetVersion, schema
from advisor.models.rule_sets.rule_set_version import in_force
from advisor.operating import OperatorError
from advisor.operating.backup import verify
from advisor.operating.migrate import migrate
from advisor.settings import Settings
from tests.conftest import settings_for
from tests.factories import make_assessment, make_recommendation

NEWEST = schema.expected_revision()


def test_an_empty_database_gets_the_schema_and_the_starter_rules(empty_database_url: str, tmp_path: Path) -> None:
    settings = settings_for(empty_database_url, tmp_path)
    first = migrate(settings)
    assert first.has_published
    assert first.backup is None
    assert first.revision == schema.expected_revision()
    second = migrate(settings)
    assert not second.has_published
    assert second.steps == ()
    database = Database(empty_database_url)
    with database.read() as session:
        assert in_force(session).note == starter.NOTE
    database.dispose()


def test_a_new_sqlite_database_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "advisor.db"
    migrate(settings_for(f"sqlite:///{file}", tmp_path))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_f10_a_failing_step_changes_nothing_and_a_second_run_works(
    settings: Settings, database: Database, migrations_copy: Path
) -> None:
    make_recommendation(database, make_assessment(database, answers={"edge": "no"}))
    before = dump(database)
    add_step(migrations_copy, "20270101", "Add a column", after=NEWEST, upgrade='op.add_column("part", COLUMN)')
    broken = add_step(
        migrations_copy,
        "20270102",
        "Rewrite all answers",
        after="20270101",
        upgrade='op.execute("DELETE FROM recommendation"); op.execute("nonsense")',
    )
    with pytest.raises(OperatorError) as refused:
        migrate(settings, folder=migrations_copy)
    said = str(refused.value)
    assert said.startswith(
        "Upgrade to 20270102 failed at step 20270102 (Rewrite all answers). Nothing was changed. Backup: "
    )
    backup = Path(said.splitlines()[0].partition("Backup: ")[2].rstrip("."))
    assert verify(backup).rows["recommendation"] == 1
    assert verify(backup).is_proved
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert dump(database) == before

    # Longer than before: a changed file of the same second and size would be taken from the cache.
    broken.write_text(broken.read_text().replace("nonsense", "SELECT 1 AS mended"))
    done = migrate(settings, folder=migrations_copy)
    assert done.steps == ("20270101 (Add a column)", "20270102 (Rewrite all answers)")
    assert done.backup is not None
    assert dump(database) != before


def test_f10_a_step_that_fails_first_is_named(settings: Settings, migrations_copy: Path) -> None:
    add_step(migrations_copy, "20270101", "Add a table", after=NEWEST, upgrade='op.execute("nonsense")')
    add_step(migrations_copy, "20270102", "Then another", after="20270101", upgrade="pass")
    with pytest.raises(OperatorError, match=r"failed at step 20270101 \(Add a table\)"):
        migrate(settings, folder=migrations_copy)


def test_f10_without_a_backup_nothing_is_changed_unless_the_operator_says_so(
    settings: Settings, database: Database, migrations_copy: Path, tmp_path: Path
) -> None:
    before = dump(database)
    add_step(migrations_copy, "20270101", "Add a column", after=NEWEST, upgrade='op.add_column("part", COLUMN)')
    (tmp_path / "backups").write_text("a file where the folder of backups should be")
    with pytest.raises(OperatorError, match="nothing was changed") as refused:
        migrate(settings, folder=migrations_copy)
    assert "advisor migrate --no-backup" in str(refused.value)
    assert dump(database) == before
    assert migrate(settings, with_backup=False, folder=migrations_copy).steps


def test_rebuilding_a_parent_table_keeps_its_children(
    settings: Settings, database: Database, migrations_copy: Path
) -> None:
    """On SQLite a table is rebuilt by copying it; with foreign keys on, dropping the old one would delete all parts."""
    make_recommendation(database, make_assessment(database))
    add_step(
        migrations_copy,
        "20270101",
        "Rebuild the table of assessments",
        after=NEWEST,
        upgrade='with op.batch_alter_table("assessment") as batch: batch.alter_column("process_name", nullable=True)',
    )
    migrate(settings, folder=migrations_copy)
    with database.engine.connect() as connection:
        for table in ("assessment", "part", "recommendation"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1


def test_a_step_that_leaves_rows_referring_to_nothing_is_undone(
    settings: Settings, database: Database, migrations_copy: Path
) -> None:
    make_assessment(database)
    before = dump(database)
    add_step(migrations_copy, "20270101", "Drop", after=NEWEST, upgrade='op.execute("DELETE FROM rule_set_version")')
    with pytest.raises(OperatorError, match="Nothing was changed"):
        migrate(settings, folder=migrations_copy)
    assert dump(database) == before


def test_f11_a_database_from_a_newer_release_is_refused_and_both_are_named(
    settings: Settings, database: Database
) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '20991231'"))
    before = dump(database)
    with pytest.raises(OperatorError, match=rf"20991231.*{NEWEST}") as refused:
        migrate(settings)
    assert "Nothing was changed" in str(refused.value)
    assert dump(database) == before


def test_the_migrations_make_what_the_models_say(empty_database_url: str, tmp_path: Path) -> None:
    migrate(settings_for(empty_database_url, tmp_path))
    database = Database(empty_database_url)
    try:
        command.check(schema.migration_config(database.engine))
    finally:
        database.dispose()


def test_the_migrations_go_up_and_all_the_way_down_again(empty_database_url: str, tmp_path: Path) -> None:
    migrate(settings_for(empty_database_url, tmp_path))
    database = Database(empty_database_url)
    command.downgrade(schema.migration_config(database.engine), "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    command.upgrade(schema.migration_config(database.engine), "head")
    assert {"assessment", "rule_set_version"} <= set(inspect(database.engine).get_table_names())
    database.dispose()


def test_there_is_one_newest_migration_and_files_are_named_by_date() -> None:
    scripts = schema.migrations()
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(script.revision[:8])
        assert script.doc.strip(), "a migration says why"


def test_a_starter_set_that_is_there_already_is_left_alone(settings: Settings, database: Database) -> None:
    migrate(settings)
    with database.read() as session:
        assert session.query(RuleSetVersion).count() == 1
        assert session.query(Assessment).count() == 0


def add_step(folder: Path, revision: str, title: str, *, after: str, upgrade: str) -> Path:
    file = folder / "versions" / f"{revision}_step.py"
    file.write_text(
        f'"""{title}."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f'revision = "{revision}"\ndown_revision = "{after}"\n\n'
        'COLUMN = sa.Column("extra", sa.Text())\n\n\n'
        f"def upgrade() -> None:\n    {upgrade}\n"
    )
    return file


def dump(database: Database) -> dict[str, object]:
    """Schema and data, to be compared."""
    inspector = inspect(database.engine)
    columns = {table: inspector.get_columns(table) for table in sorted(inspector.get_table_names())}
    found: dict[str, object] = {}
    with database.engine.connect() as connection:
        for table, described in columns.items():
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            found[table] = ([(column["name"], str(column["type"])) for column in described], sorted(map(repr, rows)))
    database.dispose()
    return found
