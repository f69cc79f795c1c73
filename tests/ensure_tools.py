"""Find what the tests need from the system, install it where that is possible, and say plainly what is missing.

Standard library only: it runs before anything else. Ends with 3 where something is missing in the end.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DMN_TESTS = Path(__file__).with_name("dmn")
"""Where the engines and the modeller stand against which exported DMN models are tested, by two locks."""

_PYTHON_LOCK = DMN_TESTS / "requirements.txt"
_PYTHON_MODULES = Path(sys.prefix, "dmn_python_modules")

CLIENT_TESTS = Path(__file__).parent / "api" / "clients"
"""Where the maker of clients in TypeScript and the linter stand with which the description of the API is tested."""

BROWSERS = ("chromium-headless-shell", "chromium")
"""Debian's packages of the browser. The shell without windows, which not every Debian has, is the same engine with less
to do for each page.
"""

CREATE_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
START_POLICY = Path("/usr/sbin/policy-rc.d")


def find_chromium() -> str | None:
    """The browser to test with, if it starts."""
    for name in (os.environ.get("ADVISOR_CHROMIUM"), *BROWSERS, "chromium-browser", "google-chrome"):
        path = shutil.which(name) if name else None
        if path and _starts(path, "--version"):
            return path
    return None


def find_postgresql(program: str) -> str | None:
    """One of PostgreSQL's programs: the newest of Debian's versioned folders, else on the path."""
    versioned = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    newest = sorted(versioned, key=lambda path: int(path.parts[-3]))
    return str(newest[-1]) if newest else shutil.which(program)


def find_nginx() -> str | None:
    """The proxy to test with; Debian keeps it where only root looks."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def missing_packages() -> list[str]:
    """The Debian packages of what was not found."""
    missing = []
    if find_chromium() is None:
        missing.append(BROWSERS[-1])
    if not _has_a_font():
        missing.append("fonts-dejavu-core")
    if not _playwright_starts():
        missing.append("libatomic1")
    if find_postgresql("initdb") is None or find_postgresql("pg_dump") is None:
        missing.append("postgresql")
    if find_nginx() is None:
        missing.append("nginx-light")
    for program, package, argument in (
        ("node", "nodejs", "--version"),
        ("npm", "npm", "--version"),
        ("openssl", "openssl", "version"),
        ("systemd-analyze", "systemd", "--version"),
        ("pdfinfo", "poppler-utils", "-v"),
    ):
        path = shutil.which(program)
        if path is None or not _starts(path, argument):
            missing.append(package)
    return missing


def node_modules(tests: Path) -> Path | None:
    """The folder of what these tests need from npm, where it is as their lock says."""
    return _as_locked(tests / "node_modules", tests / "package-lock.json")


def python_modules() -> Path | None:
    """The folder of what the tests of DMN models need from PyPI, where it is as their lock says."""
    return _as_locked(_PYTHON_MODULES, _PYTHON_LOCK)


def install(packages: list[str]) -> None:
    """Install Debian packages, where this user may."""
    prefix = _as_root()
    if prefix is None or shutil.which("apt-get") is None:
        return
    print(f"Installing {', '.join(packages)} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    if "postgresql" in packages:
        _start_no_cluster(prefix, apt, environment)
    subprocess.run([*apt, "update"], env=environment, stdin=subprocess.DEVNULL, check=False)
    command = [*apt, "install", "-y", "--no-install-recommends", *packages]
    with _nothing_started(prefix):
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)


def main() -> int:
    """Ensure everything; 0 where all is there, 3 where something is missing."""
    for browser in BROWSERS:
        if find_chromium() is None:
            install([browser])
    if missing := missing_packages():
        install(missing)
        missing = missing_packages()
    if not missing:
        return _ensure_modules()
    print("The tests need what these Debian packages hold, and they are not installed:", file=sys.stderr)
    for package in missing:
        print(f"  {package}", file=sys.stderr)
    print(f"Install them (as root: apt-get install {' '.join(missing)}), then run make test again.", file=sys.stderr)
    return 3


def _ensure_modules() -> int:
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install"]
    into = ["--require-hashes", "--target", str(_PYTHON_MODULES), "-r", str(_PYTHON_LOCK)]
    for folder, lock, command in (
        *((tests / "node_modules", tests / "package-lock.json", npm) for tests in (DMN_TESTS, CLIENT_TESTS)),
        (_PYTHON_MODULES, _PYTHON_LOCK, [*pip, *into]),
    ):
        if _as_locked(folder, lock) is None and (said := _install_locked(folder, lock, command)):
            name = lock.relative_to(Path(__file__).parent.parent)
            print(f"The tests need what {name} names, and it could not be installed:\n{said}", file=sys.stderr)
            return 3
    return 0


def _as_locked(folder: Path, lock: Path) -> Path | None:
    stamp = folder / ".from-lock"
    return folder if stamp.is_file() and stamp.read_text(encoding="utf-8") == _fingerprint(lock) else None


def _install_locked(folder: Path, lock: Path, command: list[str]) -> str:
    """Install what a lock names; give what the command says where it fails, else an empty text."""
    print(f"Installing what {lock.relative_to(Path(__file__).parent.parent)} names (once) ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        done = subprocess.run(
            command,
            cwd=lock.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode:
        return "\n".join(done.stderr.strip().splitlines()[-5:])
    (folder / ".from-lock").write_text(_fingerprint(lock), encoding="utf-8")
    return ""


def _fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and _starts("sudo", "-n", "true") else None


def _start_no_cluster(prefix: list[str], apt: list[str], environment: dict[str, str]) -> None:
    """Keep Debian from starting a server of its own: the tests bring their own."""
    if not CREATE_CLUSTER.exists():
        subprocess.run([*apt, "update"], env=environment, stdin=subprocess.DEVNULL, check=False)
        command = [*apt, "install", "-y", "--no-install-recommends", "postgresql-common"]
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    try:
        present = CREATE_CLUSTER.read_text(encoding="utf-8")
    except OSError:
        return
    wanted = re.sub(r"(?m)^#?\s*create_main_cluster\s*=.*$", "create_main_cluster = false", present)
    if "create_main_cluster = false" not in wanted:
        wanted += "\ncreate_main_cluster = false\n"
    subprocess.run([*prefix, "tee", str(CREATE_CLUSTER)], input=wanted.encode(), stdout=subprocess.DEVNULL, check=False)


@contextmanager
def _nothing_started(prefix: list[str]) -> Iterator[None]:
    """Keep Debian from starting what it installs, such as a web server: the tests bring their own."""
    is_ours = not START_POLICY.exists()
    if is_ours:
        script = b"#!/bin/sh\nexit 101\n"
        subprocess.run([*prefix, "tee", str(START_POLICY)], input=script, stdout=subprocess.DEVNULL, check=False)
        subprocess.run([*prefix, "chmod", "755", str(START_POLICY)], check=False)
    try:
        yield
    finally:
        if is_ours:
            subprocess.run([*prefix, "rm", "-f", str(START_POLICY)], check=False)


def _has_a_font() -> bool:
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
    return any(folder.is_dir() and next(folder.rglob("*.[ot]tf"), None) for folder in folders)


def _playwright_starts() -> bool:
    """Whether the Node that Playwright brings starts; on a bare Debian it lacks a library of 10 kB."""
    found = importlib.util.find_spec("playwright")
    if found is None or found.origin is None:
        return False
    return _starts(str(Path(found.origin).parent / "driver" / "node"), "--version")


def _starts(*command: str) -> bool:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
