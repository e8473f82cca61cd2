"""Finds a table and its columns, and says how the table changed since it was last read.

Keep out: reading rows (connector.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from orchestration.sources.fetched import SourceFailedError
from orchestration.sources.files.headers import nearest


@dataclass(frozen=True)
class Shape:
    """A table of the database: its columns and their types as the database names them."""

    name: str
    schema: str | None
    columns: Mapping[str, str]

    @property
    def clause(self) -> sa.TableClause:
        return sa.table(self.name, *(sa.column(column) for column in self.columns), schema=self.schema)

    def column(self, field: str) -> str | None:
        """The column a field names: its exact name, else the only one that differs in case alone."""
        if field in self.columns:
            return field
        alike = [column for column in self.columns if column.lower() == field.lower()]
        return alike[0] if len(alike) == 1 else None

    def found(self, fields: Sequence[str]) -> dict[str, str]:
        """Field → column.

        Raises:
            SourceFailedError: names every field that is not there, each with the nearest column.
        """
        found = {field: self.column(field) for field in fields}
        missing = [
            f'"{field}" (nearest: "{nearest(field, self.columns, 0.0)}")' for field in fields if found[field] is None
        ]
        if missing:
            raise SourceFailedError(
                f"table {self.name} has no column {', '.join(missing)}; correct columns, key or cursor in sources.yml"
            )
        return {field: column for field, column in found.items() if column is not None}

    def state(self) -> str:
        """The columns as text, for the next fetch to compare with."""
        return json.dumps(dict(self.columns), sort_keys=True)

    def drift(self, before: str | None) -> list[str]:
        """What changed since a state: columns that came, went or have another type."""
        old: dict[str, str] = json.loads(before) if before else dict(self.columns)
        came = [f"column {name} is new" for name in self.columns if name not in old]
        went = [f"column {name} is gone" for name in old if name not in self.columns]
        other = [
            f"column {name} was {old[name]} and is {kind}"
            for name, kind in self.columns.items()
            if name in old and old[name] != kind
        ]
        return [f"table {self.name}: {change}" for change in (*came, *went, *other)]


def shape_of(connection: sa.Connection, table: str) -> Shape:
    """The shape of a table or view; `schema.table` names one of another schema.

    Raises:
        SourceFailedError: no such table; names the nearest one.
    """
    schema, _, name = table.rpartition(".")
    inspector = sa.inspect(connection)
    try:
        columns = inspector.get_columns(name, schema or None)
    except sa.exc.NoSuchTableError:
        columns = []
    if not columns:
        known = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
        alike = f'; nearest is "{nearest(name, known, 0.0)}"' if known else "; this user sees no table there"
        raise SourceFailedError(f'no table or view "{table}"{alike}')
    return Shape(name, schema or None, {str(column["name"]): str(column["type"]) for column in columns})
