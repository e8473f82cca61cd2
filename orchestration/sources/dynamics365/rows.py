"""Makes text of the rows of one answer, and refuses what is no row: nothing of a fetch lands that cannot be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.sources.fetched import Page, Row, SourceFailedError

_GONE = "$deletedentity"
_NAMES = {str: "a text", dict: "an object", list: "a list", bool: "a boolean", type(None): "null"}


@dataclass
class PageReader:
    """Reads the pages of one table in one fetch. `key`: the column whose ids may come once; None checks none."""

    table: str
    key: str | None
    fields: tuple[str, ...]
    _seen: set[str] = field(default_factory=set)
    pages: int = 0

    def read(self, body: dict[str, Any]) -> Page:
        """The rows of `body["value"]` and the ids of the deleted ones.

        Raises:
            SourceFailedError: names table, page and the JSON path of what is not as it must be.
        """
        self.pages += 1
        rows: list[Row] = []
        deleted: list[str] = []
        for index, item in enumerate(self._items(body)):
            if type(item) is not dict:
                raise self._wrong(f"value[{index}] is {_kind(item)}, an object was expected")
            if _is_deletion(item):
                deleted.append(self._once(_bare_id(item.get("id")), f"value[{index}].id"))
            else:
                rows.append(self._row(item, index))
        return Page(tuple(rows), tuple(deleted))

    def _items(self, body: dict[str, Any]) -> Sequence[Any]:
        items = body.get("value", ...)
        if items is ...:
            raise self._wrong("value is missing")
        if type(items) is not list:
            raise self._wrong(f"value is {_kind(items)}, a list was expected")
        return items

    def _row(self, item: dict[str, Any], index: int) -> Row:
        try:
            row = {name: item[name] for name in self.fields}
        except KeyError as error:
            raise self._wrong(f"value[{index}].{error.args[0]} is missing") from error
        for name, value in row.items():
            if value is not None and type(value) is not str:
                row[name] = self._text(value, f"value[{index}].{name}")
        if self.key is not None:
            self._once(row[self.key], f"value[{index}].{self.key}")
        return row

    def _text(self, value: object, path: str) -> str:
        if type(value) is bool:
            return "true" if value else "false"
        raise self._wrong(f"{path} is {_kind(value)}, a single value was expected")

    def _once(self, identity: object, path: str) -> str:
        if not isinstance(identity, str) or not identity.strip():
            raise self._wrong(f"{path} is blank, the row's id was expected")
        if identity in self._seen:
            raise self._wrong(f"{path} is {identity}, which came before in this fetch; run again")
        self._seen.add(identity)
        return identity

    def _wrong(self, what: str) -> SourceFailedError:
        return SourceFailedError(
            f"{self.table}, page {self.pages}: {what}; nothing of this table was landed. If it stays, ask for the page "
            "by hand with the same $select and show it to whoever keeps the service"
        )


def _is_deletion(item: dict[str, Any]) -> bool:
    context = item.get("@odata.context", "")
    return isinstance(context, str) and context.lower().endswith(_GONE)


def _bare_id(identity: object) -> object:
    """`…/accounts(2e45…)` and `2e45…` are the same id."""
    if isinstance(identity, str) and identity.endswith(")"):
        return identity.rpartition("(")[2][:-1]
    return identity


def _kind(value: object) -> str:
    return _NAMES.get(type(value), "a number")
