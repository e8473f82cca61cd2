"""What the service says of a table without its rows being fetched: for `holdfast doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from orchestration.sources.dynamics365.session import RefusedError
from orchestration.sources.fetched import Probe, SourceFailedError

if TYPE_CHECKING:
    from orchestration.sources.dynamics365.connector import Dynamics365Connector

# Of these columns the values, and no others, are served as `_<name>_value`.
_LOOKUP_TYPES = frozenset({"Lookup", "Customer", "Owner"})


def probe_table(connector: Dynamics365Connector, table: str, columns: Sequence[str]) -> Probe:
    """The probe; what cannot be learnt is None, and what is wrong is said in `problem`, never raised."""
    client = connector.client()
    with client.session:
        asking = _Asking(client)
        try:
            known = asking.get("EntityDefinitions", _definition(table))["value"]
        except RefusedError as error:
            return Probe(reachable=True, permitted=False, problem=str(error))
        except SourceFailedError as error:
            return Probe(reachable=False, permitted=False, problem=str(error))
        if not known:
            problem = f'there is no table with the EntitySet name "{table}"; it is the plural name, such as accounts'
            return Probe(reachable=True, permitted=True, problem=problem)
        return _probed(asking, table, known[0], columns)


class _Asking:
    def __init__(self, client: Any) -> None:
        self._client = client

    def get(self, path: str, parameters: dict[str, str]) -> dict[str, Any]:
        query = "&".join(f"{name}={quote(value, safe='(),$=')}" for name, value in parameters.items())
        found: dict[str, Any] = self._client.get(f"{path}?{query}" if query else path, hooks={"response": []}).json()
        return found


def _definition(table: str) -> dict[str, str]:
    escaped = table.replace("'", "''")
    return {
        "$filter": f"EntitySetName eq '{escaped}'",
        "$select": "LogicalName,PrimaryIdAttribute,ChangeTrackingEnabled",
        "$expand": "Attributes($select=LogicalName,AttributeType)",
    }


def _probed(asking: _Asking, table: str, known: dict[str, Any], columns: Sequence[str]) -> Probe:
    there = {
        f"_{item['LogicalName']}_value" if item.get("AttributeType") in _LOOKUP_TYPES else item["LogicalName"]
        for item in known["Attributes"]
    }
    tracking: Literal["on", "off"] = "on" if known["ChangeTrackingEnabled"] else "off"
    missing = tuple(name for name in columns if name not in there)
    try:
        newest = _newest(asking, table) if "modifiedon" in there else None
    except RefusedError as error:
        return Probe(True, False, tracking, missing_fields=missing, problem=str(error))
    except SourceFailedError as error:
        return Probe(False, False, tracking, missing_fields=missing, problem=str(error))
    return Probe(True, True, tracking, _count(asking, known["LogicalName"]), newest, missing)


def _newest(asking: _Asking, table: str) -> str | None:
    rows = asking.get(table, {"$select": "modifiedon", "$orderby": "modifiedon desc", "$top": "1"})["value"]
    return rows[0]["modifiedon"] if rows else None


def _count(asking: _Asking, logical_name: str) -> int | None:
    """The service's count, at most a day old; None where it is not told, which is no fault."""
    try:
        answer = asking.get(f"RetrieveTotalRecordCount(EntityNames=['{logical_name}'])", {})
        return int(answer["EntityRecordCountCollection"]["Values"][0])
    except (SourceFailedError, KeyError, IndexError, TypeError, ValueError):
        return None
