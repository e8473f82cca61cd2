"""A landing made by hand: raw relations of the contract's shape in a working file of their own, and one dbt build.

Add here: another way to deliver rows. Keep out: expectations, and the real landing (tests/integration/landing).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contract import load_contract
from orchestration.dbt_project import DBT_DIR

Row = Mapping[str, str | None]

ORIGIN = (
    "_source varchar, _file varchar, _file_sha256 varchar, _record bigint, _delivered_on date, _delivered_by varchar, "
    "_load_id varchar"
)


@dataclass(frozen=True)
class Delivery:
    """One file or fetch: who delivered it, under which name and date, in which load; mode is a fetch's."""

    file: str
    on: str
    load: str = "1700000001.1"
    source: str = "crm_main"
    by: str = "file name"
    mode: str | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """Its origin columns but _record, in the order of ORIGIN."""
        return (self.source, self.file, f"sha of {self.file} in {self.load}", self.on, self.by, self.load)


@dataclass(frozen=True)
class Build:
    """What a dbt invocation left: its return code, its output and the status of every node by name."""

    returncode: int
    output: str
    status: dict[str, str]


class LowerWorld:
    """A data folder with an empty landing of the right shape; deliver() fills it, build() runs dbt over it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.contract = load_contract()
        self.settings: dict[str, Any] = {}
        (data / "work").mkdir(parents=True)
        self.database = data / "work" / "holdfast.duckdb"
        with duckdb.connect(str(self.database)) as connection:
            for entity in self.contract.values():
                columns = ", ".join(f"{name} varchar" for name in entity.column_names)
                connection.execute(f"create schema if not exists raw_{entity.system}")
                connection.execute(
                    f"create table raw_{entity.system}.{entity.name} ({columns}, _deleted varchar, {ORIGIN})"
                )
            for system in dict.fromkeys(entity.system for entity in self.contract.values()):
                receipt = "entity varchar, rows bigint, unparsed bigint, delivery varchar, state varchar"
                line = "entity varchar, line_number bigint"
                connection.execute(f"create table raw_{system}.delivered_files ({receipt}, {ORIGIN})")
                connection.execute(
                    f"create table raw_{system}.unparsed_lines ({line}, reason varchar, raw_text varchar, {ORIGIN})"
                )

    def deliver(
        self, entity: str, delivery: Delivery, rows: Sequence[Row], unparsed: Sequence[str] = (), lost: int = 0
    ) -> None:
        """Lands rows (text values by column) and lines that are no rows; the receipt claims `lost` rows more."""
        schema = f"raw_{self.contract[entity].system}"
        with duckdb.connect(str(self.database)) as connection:
            for record, row in enumerate(rows, start=1):
                _insert(connection, f"{schema}.{entity}", row, delivery, record)
            for number, text in enumerate(unparsed, start=1):
                line = {"entity": entity, "line_number": number, "reason": "too few fields", "raw_text": text}
                _insert(connection, f"{schema}.unparsed_lines", line, delivery, number)
            counts = {"rows": len(rows) + lost, "unparsed": len(unparsed)}
            receipt = {"entity": entity, **counts, "delivery": delivery.mode}
            _insert(connection, f"{schema}.delivered_files", receipt, delivery, 1)

    def build(self, *select: str, **settings: Any) -> Build:
        """`dbt build` of a selection with these vars, data tests included."""
        self.settings = settings
        return self.dbt("build", *select, options=("--exclude-resource-type", "unit_test"))

    def dbt(self, command: str, *select: str, options: Sequence[str] = ()) -> Build:
        """A dbt command over a selection, with the vars of the last build."""
        target = self.data / "target"
        program = "from dbt.cli.main import cli; cli()"
        arguments = [
            *(command, *options, "--indirect-selection", "buildable", "--select", *select),
            *("--vars", json.dumps({"time_zone": "Europe/Budapest", **self.settings})),
            *("--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR)),
            *("--target-path", str(target), "--log-path", str(self.data / "logs")),
        ]
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env={**os.environ, "HOLDFAST_DATA": str(self.data)},
            capture_output=True,
            text=True,
            check=False,
        )
        results = target / "run_results.json"
        assert results.exists(), done.stdout + done.stderr
        found = json.loads(results.read_text())["results"]
        status = {_node(result["unique_id"]): result["status"] for result in found}
        return Build(done.returncode, done.stdout, status)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the working file."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def _node(unique_id: str) -> str:
    # A unit test's id ends in <model>.<name>; every other node's name is the third part.
    parts = unique_id.split(".")
    return parts[3] if parts[0] == "unit_test" else parts[2]


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, Any], delivery: Delivery, record: int
) -> None:
    origin = ("_source", "_file", "_file_sha256", "_delivered_on", "_delivered_by", "_load_id", "_record")
    columns = ", ".join((*row, *origin))
    marks = ", ".join("?" for _ in range(len(row) + len(origin)))
    connection.execute(f"insert into {table} ({columns}) values ({marks})", [*row.values(), *delivery.values, record])
