"""What the fake Dataverse answers: pages of tables, changes, the definition of a table and its count of rows."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from orchestration.demo.services.dataverse_tables import Record

if TYPE_CHECKING:
    from orchestration.demo.services.dataverse import FakeDataverse

JSON = "application/json; odata.metadata=minimal"
ROOT = "/api/data/v9.2/"
_NOT_WITH_TRACKING = ("$filter", "$orderby", "$expand", "$top")
_COUNT = re.compile(r"RetrieveTotalRecordCount\(EntityNames=\['(\w+)'\]\)")


class RefusedRequest(Exception):
    """An error answer: status, the service's code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Cursor:
    """Where a link goes on. `changes`: after a delta token. `until`: the version at the first page's time."""

    table: str
    select: tuple[str, ...]
    tracking: bool
    after: int = 0
    until: int = 0
    changes: bool = False
    made_on: date = date.min


@dataclass
class Answers:
    """Answers of one fake; remembers the links it gave, because a client must bring them back unchanged."""

    fake: FakeDataverse
    _links: dict[str, Cursor] = field(default_factory=dict)
    _pages: dict[tuple[Cursor, int, int], bytes] = field(default_factory=dict)

    def to(self, path: str, headers: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
        """Body and headers of the right answer.

        Raises:
            RefusedRequest: the service would refuse it.
        """
        self._check_headers(headers)
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        resource = unquote(parts.path.removeprefix(ROOT))
        if not parts.path.startswith(ROOT):
            raise RefusedRequest(404, "0x80060888", f"Resource not found for the segment '{parts.path}'.")
        if resource == "EntityDefinitions":
            return self._definition(query), {}
        if counted := _COUNT.fullmatch(resource):
            return self._count(counted[1]), {}
        return self._rows(path, resource, query, headers.get("Prefer", ""))

    def _check_headers(self, headers: Mapping[str, str]) -> None:
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self.fake.bearers:
            raise RefusedRequest(401, "", "Unauthorized")
        if headers.get("Host") != urlsplit(self.fake.url).netloc:
            self.fake.complain(f"Host is {headers.get('Host')}")
        for name, value in (("OData-Version", "4.0"), ("OData-MaxVersion", "4.0"), ("Accept", "application/json")):
            if headers.get(name) != value:
                self.fake.complain(f"{name} is {headers.get(name)}, not {value}")

    def _rows(self, path: str, table: str, query: dict[str, str], prefer: str) -> tuple[bytes, dict[str, str]]:
        if table not in self.fake.tables.sets:
            raise RefusedRequest(404, "0x80060888", f"Resource not found for the segment '{table}'.")
        if "$orderby" in query and "$top" in query:
            return self._newest(table, query), {}
        if query.get("$count") == "true":
            return json.dumps(
                {"@odata.count": min(len(self.fake.tables.sets[table].rows), 5000), "value": []}
            ).encode(), {}
        size = self._page_size(prefer)
        cursor = self._cursor(path, table, query, "odata.track-changes" in prefer)
        key = (cursor, size, self.fake.tables.version)
        if key not in self._pages:
            self._pages[key] = self._page(cursor, size)
        return self._pages[key], {"Preference-Applied": prefer, "OData-Version": "4.0"}

    def _page_size(self, prefer: str) -> int:
        asked = re.search(r"odata\.maxpagesize=(\d+)", prefer)
        if asked is None or not 1 <= int(asked[1]) <= 5000:
            self.fake.complain(f"Prefer asks for no page size of 1 to 5000: {prefer}")
        return min(int(asked[1]) if asked else 5000, self.fake.page_size)

    def _cursor(self, path: str, table: str, query: dict[str, str], tracking: bool) -> Cursor:
        if "$skiptoken" in query or "$deltatoken" in query:
            if path not in self._links:
                self.fake.complain(f"a link was altered: {path}")
                raise RefusedRequest(400, "0x80060888", "Malformed XML in the Paging Cookie")
            cursor = self._links[path]
            if cursor.changes and (self.fake.as_of - cursor.made_on).days > self.fake.token_days:
                raise RefusedRequest(400, "0x80044352", "Version stamp associated with the client has expired.")
            return replace(cursor, until=cursor.until or self.fake.tables.version)
        if tracking and any(name in query for name in _NOT_WITH_TRACKING):
            self.fake.complain(f"change tracking with a query option that it does not allow: {path}")
        if "$select" not in query:
            self.fake.complain(f"no $select: {path}")
        select = tuple(query.get("$select", "").split(","))
        for name in select:
            if name not in self.fake.tables.sets[table].columns:
                kind = self.fake.tables.sets[table].logical_name
                message = f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{kind}'."
                raise RefusedRequest(400, "0x80060888", message)
        tracks = tracking and self.fake.tables.sets[table].tracks_changes
        return Cursor(table, select, tracks, until=self.fake.tables.version)

    def _page(self, cursor: Cursor, size: int) -> bytes:
        tables, root = self.fake.tables, f"{self.fake.url}{ROOT}"
        found: list[Record | str]
        if cursor.changes:
            found, after = tables.changes(cursor.table, cursor.after, cursor.until, size)
        else:
            rows, after = tables.page(cursor.table, cursor.after, size)
            found = [*rows]
        context = f"{root}$metadata#{cursor.table}"
        body: dict[str, Any] = {"@odata.context": f"{context}({','.join(cursor.select)})" + "/$delta" * cursor.tracking}
        body["value"] = [_shown(item, cursor.select, context) for item in found]
        if after is not None:
            body["@odata.nextLink"] = self._link(replace(cursor, after=after), "skiptoken")
        elif cursor.tracking:
            later = replace(cursor, after=cursor.until, until=0, changes=True, made_on=self.fake.as_of)
            body["@odata.deltaLink"] = self._link(later, "deltatoken")
        return json.dumps(body).encode()

    def _link(self, cursor: Cursor, kind: str) -> str:
        # The real cookie is XML quoted twice; this one has the same letters in it.
        token = quote(f'<cookie pagenumber="2" key="{secrets.token_hex(8)}" />' if kind == "skiptoken" else
                      f"{cursor.after}!{cursor.made_on:%m/%d/%Y} {secrets.token_hex(4)}", safe="")  # fmt: skip
        path = f"{ROOT}{cursor.table}?$select={','.join(cursor.select)}&${kind}={token}"
        self._links[path] = cursor
        return self.fake.url + path

    def _newest(self, table: str, query: dict[str, str]) -> bytes:
        column = query["$orderby"].split()[0]
        rows = sorted(self.fake.tables.sets[table].rows.values(), key=lambda row: str(row[column]), reverse=True)
        return json.dumps({"value": [{column: row[column]} for row in rows[: int(query["$top"])]]}).encode()

    def _definition(self, query: dict[str, str]) -> bytes:
        asked = re.fullmatch(r"(EntitySetName|LogicalName) eq '(.*)'", query["$filter"])
        sets = self.fake.tables.sets
        by_name = {table.logical_name: name for name, table in sets.items()}
        name = "" if asked is None else asked[2] if asked[1] == "EntitySetName" else by_name.get(asked[2], "")
        if name not in sets:
            return json.dumps({"value": []}).encode()
        table = sets[name]
        attributes = [
            {"LogicalName": column[1:-6] if kind in ("Lookup", "Customer", "Owner") else column, "AttributeType": kind}
            for column, kind in table.columns.items()
        ]
        told = {
            "LogicalName": table.logical_name,
            "EntitySetName": name,
            "PrimaryIdAttribute": table.key,
            "ChangeTrackingEnabled": table.tracks_changes,
            "Attributes": attributes,
        }
        return json.dumps({"value": [told]}).encode()

    def _count(self, logical_name: str) -> bytes:
        found = [table for table in self.fake.tables.sets.values() if table.logical_name == logical_name]
        if not found:
            raise RefusedRequest(404, "0x80060888", f"Entity {logical_name} was not found.")
        counts = {"Keys": [logical_name], "Values": [len(found[0].rows)]}
        return json.dumps({"EntityRecordCountCollection": {"Count": 1, "IsReadOnly": False, **counts}}).encode()


def _shown(item: Record | str, select: tuple[str, ...], context: str) -> dict[str, Any]:
    if isinstance(item, str):
        return {"@odata.context": f"{context}/$deletedEntity", "id": item, "reason": "deleted"}
    return {"@odata.etag": 'W/"1"'} | {name: item[name] for name in select}
