"""Files and folders for their owner alone, whatever the umask says, each there whole or not at all.

One of them holds the key that signs cookies, where the environment has none: it is made once.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from advisor.settings import Settings, key_file


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for the owner alone; those that are there stay as they are.

    Raises OSError.
    """
    for missing in reversed([above for above in folder.parents if not above.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)  # pathlib would make these readable by everybody
    folder.mkdir(mode=0o700, exist_ok=True)


def make_private_file(file: Path) -> None:
    """Make an empty file, unless it is there, and its folder. Raises OSError."""
    make_private_folder(file.parent)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def write_private_file(file: Path, data: bytes) -> None:
    """Make a file that holds ``data`` from its first moment on. Raises FileExistsError, and any other OSError."""
    with private_draft(file) as draft:
        draft.write_bytes(data)
        publish(draft, file)


@contextmanager
def private_draft(target: Path) -> Iterator[Path]:
    """An empty file beside ``target`` that is gone when the block ends."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def publish(draft: Path, target: Path) -> None:
    """Give a draft its name, safe from a power cut. Raises FileExistsError, and any other OSError."""
    sync(draft)
    target.hardlink_to(draft)  # unlike a rename, a link never replaces what is there
    sync(target.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are safe from a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def ensure_key(settings: Settings) -> str:
    """The key to sign with; made where there is none yet."""
    return settings["SECRET_KEY"] or read_key(settings) or _make_key(key_file(settings))


def read_key(settings: Settings) -> str | None:
    """The key that was made here before, None where there is none."""
    try:
        return key_file(settings).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def _make_key(file: Path) -> str:
    make_private_folder(file.parent)
    with suppress(FileExistsError):  # of two first starts one wins, and none reads an empty file
        write_private_file(file, f"{secrets.token_urlsafe(48)}\n".encode("ascii"))
    return file.read_text(encoding="ascii").strip()
