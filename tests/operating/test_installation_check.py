import re
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisor import settings as installation
from advisor.cli import main
from advisor.operating import OperatorError
from advisor.operating.installation_check import findings, public_settings, refuse_unsafe
from advisor.operating.private_files import ensure_key
from advisor.settings import SettingError, key_file
from tests.conftest import KEY

PUBLIC = {"HOST": "0.0.0.0", "ADVISOR_ALLOWED_HOSTS": "advisor.example.org", "ADVISOR_TRUSTED_PROXIES": "1"}  # noqa: S104
CONTACT = "Ines Okafor, 01632 960 001"


def found_problems(folder: Path, **environment: str) -> list[str]:
    return [finding.setting for finding in findings(load(folder, **environment))]


def load(folder: Path, **environment: str) -> installation.Settings:
    return installation.load({"ADVISOR_DATA": str(folder), "ADVISOR_CONTACT": CONTACT, **environment})


def test_s14_a_fresh_machine_has_nothing_to_mend(tmp_path: Path) -> None:
    assert found_problems(tmp_path) == []
    refuse_unsafe(load(tmp_path))


def test_s14_a_public_server_with_everything_said_is_safe(tmp_path: Path) -> None:
    assert found_problems(tmp_path, **PUBLIC) == []
    assert found_problems(tmp_path, **PUBLIC, DATABASE_URL="postgresql://h/n", ADVISOR_SECRET_KEY=KEY) == []
    assert found_problems(tmp_path, DATABASE_URL="postgresql://h/n") == [], "on this machine alone a key file will do"


@pytest.mark.parametrize(
    ("environment", "setting"),
    [
        ({"ADVISOR_SECRET_KEY": "short"}, "ADVISOR_SECRET_KEY"),
        ({"ADVISOR_SECRET_KEY": "a" * 64}, "ADVISOR_SECRET_KEY"),
        ({"ADVISOR_SECRET_KEY": "change-me-change-me-change-me-0123456789"}, "ADVISOR_SECRET_KEY"),
        ({"ADVISOR_OLD_SECRET_KEYS": "short"}, "ADVISOR_OLD_SECRET_KEYS"),
        ({**PUBLIC, "DATABASE_URL": "postgresql://h/n"}, "ADVISOR_SECRET_KEY"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({**PUBLIC, "ADVISOR_ALLOWED_HOSTS": ""}, "ADVISOR_ALLOWED_HOSTS"),
        ({**PUBLIC, "ADVISOR_ALLOWED_HOSTS": "*"}, "ADVISOR_ALLOWED_HOSTS"),
        ({**PUBLIC, "ADVISOR_TRUSTED_PROXIES": "0"}, "HOST"),
        ({**PUBLIC, "HOST": "192.0.2.1", "ADVISOR_TRUSTED_PROXIES": ""}, "HOST"),
        ({"DATABASE_URL": "mysql://h/n"}, "DATABASE_URL"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"WEB_CONCURRENCY": "4"}, "WEB_CONCURRENCY"),
        ({"ADVISOR_METRICS": "127.0.0.1:8000"}, "ADVISOR_METRICS"),
        ({"ADVISOR_BASE_URL": "https://["}, "ADVISOR_BASE_URL"),
        ({"ADVISOR_BASE_URL": "http://localhost:99999"}, "ADVISOR_BASE_URL"),
        ({"ADVISOR_MAIL_URL": "smtp://[", "ADVISOR_MAIL_FROM": "a@example.org"}, "ADVISOR_MAIL_URL"),
        ({"ADVISOR_MAIL_URL": "smtp://localhost:99999", "ADVISOR_MAIL_FROM": "a@example.org"}, "ADVISOR_MAIL_URL"),
    ],
)
def test_s14_each_unsafe_setting_is_found_and_the_server_refuses_to_start(
    tmp_path: Path, environment: dict[str, str], setting: str
) -> None:
    assert found_problems(tmp_path, **environment) == [setting]
    with pytest.raises(OperatorError, match=setting):
        refuse_unsafe(load(tmp_path, **environment))


BEHIND = {"ADVISOR_ALLOWED_HOSTS": "advisor.example.org", "ADVISOR_TRUSTED_PROXIES": "1"}
"""The set-up that the guide for operators names: it listens on this machine, and a proxy passes requests on."""


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"HOST": "::1", "PORT": "8001"}, "http://localhost:8001"),
        ({"HOST": "0.0.0.0"}, "http://localhost:8000"),  # noqa: S104
        (BEHIND, "https://advisor.example.org"),
        ({**BEHIND, "HOST": "127.0.0.1", "PORT": "8001"}, "https://advisor.example.org"),
        ({**BEHIND, "ADVISOR_ALLOWED_HOSTS": "localhost,.a.org,*,b.org,c.org"}, "https://b.org"),
        ({**PUBLIC, "ADVISOR_TRUSTED_PROXIES": "0", "ADVISOR_ALLOW_HTTP": "yes"}, "http://advisor.example.org:8000"),
        ({**BEHIND, "ADVISOR_BASE_URL": "https://advice.example.org/"}, "https://advice.example.org"),
    ],
)
def test_s13_links_begin_with_the_address_under_which_people_reach_the_server(
    tmp_path: Path, environment: dict[str, str], address: str
) -> None:
    assert load(tmp_path, **environment)["BASE_URL"] == address


MAIL = {"ADVISOR_MAIL_URL": "smtp://mail.example.org:587", "ADVISOR_MAIL_FROM": "advisor@example.org"}


@pytest.mark.parametrize(
    "environment",
    [
        {"ADVISOR_TRUSTED_PROXIES": "1"},
        {"ADVISOR_TRUSTED_PROXIES": "1", "ADVISOR_ALLOWED_HOSTS": ".example.org"},
        {"ADVISOR_ALLOWED_HOSTS": "advisor.example.org"},
        {**BEHIND, "ADVISOR_BASE_URL": "http://localhost:8000"},
        {**BEHIND, "ADVISOR_BASE_URL": "https://advice.example.org"},
    ],
)
def test_s13_links_that_lead_nobody_here_are_found_and_with_mail_the_server_refuses_to_start(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    assert found_problems(tmp_path, **environment) == ["ADVISOR_BASE_URL"]
    refuse_unsafe(load(tmp_path, **environment))
    with pytest.raises(OperatorError, match="ADVISOR_BASE_URL"):
        refuse_unsafe(load(tmp_path, **environment, **MAIL))
    told = CliRunner().invoke(main, ["check"], env={"ADVISOR_DATA": str(tmp_path), **environment})
    assert told.exit_code == 1
    assert "To be mended:\n  ADVISOR_BASE_URL: Links " in told.output
    right = {**environment, "ADVISOR_BASE_URL": "https://advisor.example.org", **BEHIND}
    assert found_problems(tmp_path, **right, **MAIL) == []


def test_s13_the_set_up_that_the_guide_names_leads_people_here(tmp_path: Path) -> None:
    (line,) = re.findall("^(HOST=.+) make run$", Path("docs/operating.md").read_text(), re.MULTILINE)
    guide = dict(pair.split("=", 1) for pair in line.split())
    assert guide["ADVISOR_BASE_URL"].startswith("https://")
    assert found_problems(tmp_path, **guide, **MAIL) == []
    assert load(tmp_path, **guide)["BASE_URL"] == guide["ADVISOR_BASE_URL"]


def test_where_others_use_the_server_it_is_missed_who_runs_it(tmp_path: Path) -> None:
    assert found_problems(tmp_path, ADVISOR_CONTACT="") == []
    for environment in (PUBLIC, {**BEHIND, "ADVISOR_BASE_URL": "https://advisor.example.org"}):
        assert found_problems(tmp_path, **environment, ADVISOR_CONTACT="\u200b ") == ["ADVISOR_CONTACT"]
        refuse_unsafe(load(tmp_path, **environment, ADVISOR_CONTACT=" "))
    for line in ("a\nb", "x" * 201):
        with pytest.raises(SettingError, match="ADVISOR_CONTACT"):
            load(tmp_path, ADVISOR_CONTACT=line)


def test_s14_plain_http_from_other_machines_needs_explicit_consent(tmp_path: Path) -> None:
    assert found_problems(tmp_path, **{**PUBLIC, "ADVISOR_TRUSTED_PROXIES": "", "ADVISOR_ALLOW_HTTP": "yes"}) == []


@pytest.mark.parametrize("name", ["advisor.db", "advisor.db-journal", "advisor.db-wal", "secret-key"])
def test_s14_a_file_that_everybody_can_read_is_found(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(KEY)
    file.chmod(0o644)
    assert found_problems(tmp_path) == [str(file)]
    file.chmod(0o600)
    assert found_problems(tmp_path) == []


@pytest.mark.parametrize("name", ["", "db", "backups", "mail"])
def test_s14_a_folder_that_everybody_can_look_into_is_said_and_one_that_everybody_can_change_is_refused(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    url, mail = f"sqlite:///{tmp_path / 'db' / 'advisor.db'}", f"file://{tmp_path / 'mail'}"
    settings = load(tmp_path, DATABASE_URL=url, ADVISOR_MAIL_URL=mail, ADVISOR_MAIL_FROM="a@example.org")
    for mode, stops in ((0o755, [False]), (0o777, [True, False]), (0o1777, [False])):
        folder.chmod(mode)
        seen = findings(settings)
        assert [(finding.setting, finding.stops) for finding in seen] == [(str(folder), stop) for stop in stops]
        assert {finding.mend for finding in seen} == {f"chmod 700 {folder}"}
    folder.chmod(0o700)
    assert findings(settings) == []


def test_all_findings_come_at_once(tmp_path: Path) -> None:
    unsafe = found_problems(tmp_path, HOST="0.0.0.0", FLASK_DEBUG="yes", ADVISOR_SECRET_KEY="short")  # noqa: S104
    assert set(unsafe) == {"ADVISOR_SECRET_KEY", "FLASK_DEBUG", "ADVISOR_ALLOWED_HOSTS", "HOST"}


@pytest.mark.parametrize("name", ["PORT", "WEB_CONCURRENCY", "ADVISOR_TRUSTED_PROXIES", "ADVISOR_ALLOW_HTTP"])
@pytest.mark.parametrize("value", ["many", "-1", "1e3", "99999999", "²", "１２", "1_0", "9" * 5_000])
def test_a_setting_that_cannot_be_understood_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        load(tmp_path, **{name: value})


def test_where_numbers_are_offered_must_be_an_address_and_a_port(tmp_path: Path) -> None:
    for text in ("9100", ":9100", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "::1:9100", "h:１"):
        with pytest.raises(SettingError, match="ADVISOR_METRICS"):
            load(tmp_path, ADVISOR_METRICS=text)
    assert load(tmp_path, ADVISOR_METRICS="[::1]:9100")["METRICS"] == ("::1", 9100)
    assert found_problems(tmp_path, ADVISOR_METRICS="0.0.0.0:9100") == ["ADVISOR_METRICS"]


def test_the_numbers_are_shown_and_no_secret_is(tmp_path: Path) -> None:
    url = "postgresql://advisor:pass-word@h/n"
    shown = public_settings(load(tmp_path, ADVISOR_SECRET_KEY=KEY, ADVISOR_OLD_SECRET_KEYS=KEY + "x", DATABASE_URL=url))
    assert shown["MAX_CONTENT_LENGTH"] == "1,000,000"
    assert shown["VISITOR_ASSESSMENT_LIFETIME"] == "720 hours"
    assert shown["LINE_LIMIT"] == "200"
    assert KEY not in str(shown)
    assert "pass-word" not in str(shown)
    written = {line.partition(" = ")[0] for line in Path("config.py").read_text().splitlines() if " = " in line}
    assert {name for name in written if name.isupper()} <= set(shown)


def test_s14_the_key_is_made_once_private_and_random(tmp_path: Path) -> None:
    settings = load(tmp_path / "new")
    first = ensure_key(settings)
    assert len(first) >= 32
    assert ensure_key(settings) == first
    assert key_file(settings).stat().st_mode & 0o777 == 0o600
    assert ensure_key(load(tmp_path / "other")) != first
    assert ensure_key(load(tmp_path, ADVISOR_SECRET_KEY=KEY)) == KEY
    assert found_problems(tmp_path / "new") == []


def test_s14_first_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    keys: list[str] = []
    together = threading.Barrier(12)

    def start() -> None:
        together.wait()
        keys.append(ensure_key(load(tmp_path)))

    threads = [threading.Thread(target=start) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 12
    assert len(set(keys)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]
