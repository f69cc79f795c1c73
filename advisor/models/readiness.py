"""Whether something could be saved now, found out without saving anything."""

import os
import threading
from pathlib import Path
from time import monotonic

from sqlalchemy import text

from advisor.models.database import Database, DatabaseUnavailable, Reason


class SaveProbe:
    """Tries a change that is taken back, at most once within ``pause`` seconds, however often it is asked.

    On SQLite there must be ``space`` bytes left on the disk, too: a change that is taken back takes hardly any.
    """

    def __init__(self, database: Database, *, pause: float, space: int) -> None:
        self._database = database
        self._pause = pause
        self._space = space
        self._turn = threading.Lock()
        self._tried_at: float | None = None
        self._fault: Reason | None = None

    def check(self) -> None:
        """Raise DatabaseUnavailable where nothing can be saved, or could not be a moment ago."""
        with self._turn:
            if self._tried_at is None or monotonic() - self._tried_at >= self._pause:
                self._fault = self._try()
                self._tried_at = monotonic()
            fault = self._fault
        if fault is not None:
            raise DatabaseUnavailable(fault)

    def _try(self) -> Reason | None:
        file = self._database.file
        try:
            if file is not None and (fault := self._file_fault(file)):
                return fault
            with self._database.write() as session:
                # SQLite begins its journal with it, beside the database; PostgreSQL refuses where it only reads.
                session.execute(text("UPDATE alembic_version SET version_num = version_num"))
                session.rollback()
        except DatabaseUnavailable as error:
            return error.reason
        return None

    def _file_fault(self, file: Path) -> Reason | None:
        # A write-ahead log is written to by a commit alone, so that what the system says is asked for, too.
        try:
            disk = os.statvfs(file.parent)
        except OSError:
            return "down"
        if disk.f_bavail * disk.f_frsize < self._space:
            return "full"
        return None if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK | os.X_OK) else "down"
