"""Work items from Parquet, a batch of rows at a time. It needs the extra "parquet", which installs pyarrow."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any, BinaryIO, cast

from advisor.exchange.file_input import UnreadableFileError
from advisor.exchange.sheets.csv_files import escape_formula

MAGIC = b"PAR1"
"""How a Parquet file begins."""

_BATCH = 5_000
_BUFFER = 1 << 16
"""Bytes of a column that are read at once, rather than all of it."""


def as_csv(file: BinaryIO, closing: ExitStack) -> BinaryIO:
    """The rows of a Parquet file as CSV on the disk, to be read like any sheet; ``closing`` takes it away.

    A list is written as several choices are. Raises UnreadableFileError where pyarrow is not there, or cannot read it.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        mend = "Install the extra: pip install 'outsourcing-advisor[parquet]'. Or save it as CSV or JSON Lines."
        raise UnreadableFileError("Parquet files are read with pyarrow, which is not installed.", mend) from None
    out = closing.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - it is closed with the others
    text = io.TextIOWrapper(cast(BinaryIO, out), encoding="utf-8", newline="")
    try:
        table = parquet.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(map(_cell, table.schema_arrow.names))
        for batch in table.iter_batches(_BATCH, use_threads=False):  # else each keeps memory of its own
            writer.writerows(_rows(column.to_pylist() for column in batch.columns))
    except (pyarrow.ArrowException, OSError) as error:
        raise UnreadableFileError(f"This Parquet file cannot be read: {str(error).splitlines()[0]}.") from None
    finally:
        text.detach()  # what was written goes out with it
    out.seek(0)
    return cast(BinaryIO, out)


def _rows(columns: Iterable[list[Any]]) -> Iterator[tuple[str, ...]]:
    return zip(*(list(map(_cell, column)) for column in columns), strict=True)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return escape_formula(value)
    if isinstance(value, list | tuple):
        return ";".join(map(_cell, value)) or "none"
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
