"""S14: what the advisor writes is for its owner alone, whatever the umask says."""

import stat
import subprocess
from pathlib import Path

import pytest

from advisor.operating.private_files import make_private_folder, write_private_file
from tests.serving import advisor, environment

EVERYTHING = """
import os, sys, sqlite3
from pathlib import Path
os.umask(int(sys.argv[1], 8))
from advisor import settings as installation
from advisor.accounts.mail import send_due
from advisor.cli import main
from advisor.models import Database
from advisor.models.accounts.account import request_letter
from advisor.operating.private_files import ensure_key

settings = installation.load()
main(["migrate"], standalone_mode=False)
ensure_key(settings)
database = Database.from_settings(settings)
with database.write() as session:
    request_letter(session, "olga@example.org", "password changed")
send_due(database, settings)
database.dispose()
main(["backup"], standalone_mode=False)
(copy,) = (settings["DATA_FOLDER"] / "backups").glob("*[!6]")
main(["restore", str(copy), "--replace"], standalone_mode=False)
if database.file is not None:
    live = sqlite3.connect(database.file, isolation_level=None)
    live.execute("PRAGMA journal_mode=" + sys.argv[2])
    live.execute("BEGIN IMMEDIATE")
    live.execute("DELETE FROM audit_event")
for found in sorted(Path(sys.argv[3]).rglob("*")):
    print(oct(found.stat().st_mode & 0o7777)[2:], "folder" if found.is_dir() else "file", found.name)
"""


@pytest.mark.parametrize("umask", ["0022", "0000"])
@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_s14_every_folder_and_file_is_private_whatever_the_umask(
    empty_database_url: str, tmp_path: Path, umask: str, journal: str
) -> None:
    top = tmp_path / "top"
    top.mkdir()
    data = top / "one" / "two" / "data"
    is_sqlite = empty_database_url.startswith("sqlite")
    url = f"sqlite:///{data / 'db' / 'deep' / 'advisor.db'}" if is_sqlite else empty_database_url
    mail = {"ADVISOR_MAIL_URL": f"file://{top / 'mail' / 'box'}", "ADVISOR_MAIL_FROM": "advisor@example.org"}
    done = subprocess.run(
        [*advisor()[:-2], "-c", EVERYTHING, umask, journal, str(top)],
        env=environment(url, data, **mail),
        capture_output=True,
        text=True,
        check=True,
    )
    found = [line.split(" ", 2) for line in done.stdout.splitlines() if " folder " in line or " file " in line]
    names = [name for _mode, _kind, name in found]
    kinds = ["secret-key", ".eml", ".sha256", *(["advisor.db", "replaced-"] if is_sqlite else [".pgdump"])]
    kinds += [{"DELETE": "advisor.db-journal", "WAL": "advisor.db-wal"}[journal]] if is_sqlite else []
    for wanted in kinds:
        assert any(wanted in name for name in names), wanted
    wrong = [line for line in found if line[0] != {"folder": "700", "file": "600"}[line[1]]]
    assert wrong == []


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    make_private_folder(tmp_path / "open" / "new")
    make_private_folder(tmp_path / "open")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("open", "open/new")]
    assert modes == [0o755, 0o700]


def test_a_file_is_never_replaced_and_no_draft_stays(tmp_path: Path) -> None:
    write_private_file(tmp_path / "file", b"mine")
    with pytest.raises(FileExistsError):
        write_private_file(tmp_path / "file", b"yours")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"mine"
