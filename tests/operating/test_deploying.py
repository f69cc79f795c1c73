"""What docs/deploy.md hands out: image, containers, units and proxy are sound, and agree with the advisor."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import yaml

from advisor import paths
from advisor import settings as installation
from advisor.cli import main
from tests.conftest import settings_for
from tests.deployment import SAMPLES, Proxy

ROOT = paths.ROOT
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NOT_OURS = {"SERVE_OPTIONS"}
"""What a unit reads of its environment, and the advisor does not."""


def is_read(name: str) -> bool:
    """Whether the advisor reads a variable of the environment."""
    base = name.removesuffix("_FILE")
    return name in installation.FROM_ENVIRONMENT or (name != base and base in installation.SECRET)


def set_in(unit: str) -> set[str]:
    """The variables that lines of settings set, those that are commented out too."""
    return set(re.findall(r"(?m)^#?(?:Environment=)?([A-Z_]+)=", unit))


def test_the_dockerfile_is_linted() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_image_runs_what_the_lock_names_as_somebody_who_may_nothing() -> None:
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    assert "--require-hashes -r requirements.txt" in DOCKERFILE
    assert "://" not in re.sub(r"http://127\.0\.0\.1:\S+", "", DOCKERFILE), "no address of a registry"
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "/healthz" in last
    assert all(is_read(name) for name in re.findall(r"(HOST|PORT|ADVISOR_\w+)=", last))
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    }
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied == {line[1:] for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in copied)


def test_the_check_of_health_in_the_image_is_one_that_runs() -> None:
    command = json.loads(re.findall(r"(?s)HEALTHCHECK.*?CMD (\[.*?\])\n", DOCKERFILE)[0])
    done = subprocess.run(
        [sys.executable, *command[1:]], env={**os.environ, "PORT": "9"}, capture_output=True, text=True, check=False
    )
    assert "refused" in done.stderr


def test_the_composed_containers_are_as_the_specification_wants_them() -> None:
    compose_spec.PyCompose.from_json(json.dumps(COMPOSE)).validate()
    for name, service in SERVICES.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "healthcheck" in service or service["image"] == "outsourcing-advisor", name
        assert set(service.get("depends_on", ())) <= set(SERVICES), name
        assert all(tuple(waits) == ("condition",) for waits in service.get("depends_on", {}).values()), name
        assert not re.search(r"(?i)password|secret|key", json.dumps(list(service.get("environment", {}).values()))) or (
            all("/run/secrets/" in str(value) for key, value in service["environment"].items() if key.endswith("_FILE"))
        ), name
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["database"]["networks"] == ["inside"]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_the_composed_containers_agree_with_the_settings_and_with_each_other() -> None:
    port = re.findall(r"PORT=(\d+)", DOCKERFILE)[0]
    web = [name for name, service in SERVICES.items() if service.get("command") == ["serve", "--only-answer"]]
    named = re.findall(r"server (\w+):(\d+) ", COMPOSE["configs"]["upstream"]["content"])
    assert named == [(name, port) for name in web]
    for name in (*web, "worker"):
        assert all(is_read(variable) for variable in SERVICES[name]["environment"]), name
        assert main.commands[SERVICES[name]["command"][0]]
    files = [volume.split(":")[0] for volume in SERVICES["proxy"]["volumes"] if "docs" in volume]
    assert all((ROOT / file).is_file() for file in files)
    assert all(file["file"].startswith("secrets/") for file in COMPOSE["secrets"].values())
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_proxy_takes_the_sample_as_it_is(tmp_path: Path) -> None:
    assert Proxy(tmp_path, [8001, 8002]).check() == ""


def test_the_limits_of_the_proxy_are_those_of_the_advisor(tmp_path: Path) -> None:
    settings = settings_for("sqlite:////nowhere.db", tmp_path)
    site = (SAMPLES / "nginx.conf").read_text()
    directives = dict(re.findall(r"(?m)^ +(\w+) +(.+?);", site))
    assert int(directives["client_max_body_size"]) == settings["MAX_CONTENT_LENGTH"] + settings["UPLOAD_LIMIT"]
    assert int(directives["proxy_read_timeout"].removesuffix("s")) > settings["REQUEST_TIMEOUT"]
    assert f"max-age={int(settings['HSTS_LIFETIME'].total_seconds())}; includeSubDomains" in site
    assert (directives["gzip"], directives["proxy_buffering"], directives["proxy_request_buffering"]) == (
        "off",
        "on",
        "on",
    )
    assert "non_idempotent" not in site
    assert "keepalive " not in (SAMPLES / "upstream.conf").read_text()


@pytest.mark.parametrize("unit", ["advisor@.service", "advisor-worker.service"])
def test_a_unit_is_one_that_systemd_takes_and_shuts_in(tmp_path: Path, unit: str) -> None:
    text = (SAMPLES / unit).read_text()
    command = shlex.split(re.findall(r"(?m)^ExecStart=(.+)$", text)[0])
    assert command[1] in main.commands
    assert all(is_read(name) for name in set_in(text) if name.startswith(("HOST", "PORT", "ADVISOR")))
    here = tmp_path / unit.replace("@", "@8001")
    here.write_text(text.replace(command[0], "/bin/true"))  # the program need not be there
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(here)], capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)
    analyze = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(here)]
    done = subprocess.run(analyze, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]


def test_the_sample_of_settings_is_one_that_the_server_starts_with(tmp_path: Path) -> None:
    text = (SAMPLES / "advisor.env").read_text()
    assert all(is_read(name) for name in set_in(text) - NOT_OURS)
    given = dict(re.findall(r"(?m)^([A-Z_]+)=(.+)$", text))
    environ = {**given, "ADVISOR_DATA": str(tmp_path), "ADVISOR_SECRET_KEY": "x4Jq8-vY2m7Kp0Zt5Nw1Rb6Hc3Ls9Df-aU"}
    from advisor.operating.installation_check import findings

    assert [str(finding) for finding in findings(installation.load(environ))] == []


def test_a_secret_can_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("one that is long enough: 0123456789\n")
    environ = {"ADVISOR_DATA": str(tmp_path), "ADVISOR_SECRET_KEY_FILE": str(file)}
    assert installation.load(environ)["SECRET_KEY"] == "one that is long enough: 0123456789"
    for wrong, words in (
        ({"ADVISOR_SECRET_KEY": "x"}, "one of them must go"),
        ({"ADVISOR_SECRET_KEY_FILE": str(tmp_path / "none")}, "cannot be read: No such file"),
        ({"ADVISOR_SECRET_KEY_FILE": "/dev/null"}, "nothing is in it"),
    ):
        with pytest.raises(installation.SettingError, match=words):
            installation.load({**environ, **wrong})
