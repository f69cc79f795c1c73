"""Queries that pages ask all the time: put together once, and read past the ORM, which takes five times as long."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, Select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_dict, instance_state

from advisor.models.base import Base
from advisor.models.database import Database

Entity = TypeVar("Entity", bound=Base)
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Query:
    """The text for one kind of database, how its parameters are written, and how values are read, by their places."""

    text: str
    parameters: Callable[[Mapping[str, Any]], Any]
    readers: Sequence[tuple[int, Convert]]

    @classmethod
    def of(cls, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> "_Query":
        compiled: Any = statement.compile(dialect=dialect)
        kinds = {name: parameter.type.dialect_impl(dialect) for name, parameter in compiled.binds.items()}
        writers = {name: it for name, kind in kinds.items() if (it := kind.bind_processor(dialect))}

        def parameters(values: Mapping[str, Any]) -> Any:
            filled = compiled.construct_params(values)
            written = {name: writers[name](it) if name in writers else it for name, it in filled.items()}
            return tuple(written[name] for name in compiled.positiontup) if compiled.positional else written

        columns = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        readers = [(at, it) for at, kind in enumerate(columns) if (it := kind.result_processor(dialect, None))]
        return cls(compiled.string, parameters, readers)

    def read(self, rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
        """What the driver gives, each value as the type of its column reads it."""
        found = [list(row) for row in rows]
        for row in found:
            for at, read in self.readers:
                row[at] = read(row[at])
        return found


class PlainSelect:
    """A SELECT of columns."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._queries: dict[str, _Query] = {}

    def rows(self, database: Database, values: Mapping[str, Any]) -> list[list[Any]]:
        """What it finds with these parameters, each value as the type of its column reads it."""
        query = self._query(database.engine.dialect)
        return query.read(database.read_rows(query.text, query.parameters(values)))

    def rows_in(self, session: Session, values: Mapping[str, Any], *, flush: bool = True) -> list[list[Any]]:
        """The same in the transaction of a session, with what it has not written yet where it is to ``flush`` that."""
        if flush:
            session.flush()
        connection = session.connection()
        query = self._query(connection.dialect)
        return query.read(connection.exec_driver_sql(query.text, query.parameters(values)).fetchall())

    def _query(self, dialect: Dialect) -> _Query:
        query = self._queries.get(dialect.name)
        if query is None:
            query = self._queries[dialect.name] = _Query.of(self._statement, dialect)
        return query


class Columns(Generic[Entity]):
    """The columns of a table that are loaded with each of its rows."""

    def __init__(self, entity: type[Entity]) -> None:
        loaded = [it for it in entity.__mapper__.column_attrs if not it.deferred]
        self.columns: list[Any] = [it.columns[0] for it in loaded]
        self._entity = entity
        self._names = [it.key for it in loaded]

    def __len__(self) -> int:
        return len(self.columns)

    def object_of(self, values: Iterable[Any]) -> Entity:
        """The stored row of these values, as an object that no session has: nothing else can be asked of it."""
        mapper = self._entity.__mapper__
        made: Entity = mapper.class_manager.new_instance()
        state, found = instance_state(made), instance_dict(made)
        found.update(zip(self._names, values, strict=True))
        state.key = mapper.identity_key_from_primary_key((found["id"],))
        return made
