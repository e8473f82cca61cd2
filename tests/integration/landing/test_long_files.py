"""Long files are written straight into landing; what lands of them is what lands of short ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.contract import load_contract
from orchestration.erasure.erase import erase
from orchestration.erasure.register import Register
from orchestration.landing.extract import ExtractError
from orchestration.settings import EntityFiles
from orchestration.sources.files import delimited
from orchestration.sources.files import read as reading
from orchestration.sources.files.find import sha256_of
from orchestration.sources.files.model import FileRejectedError, FoundFile
from tests.landing_world import CONTRACT, LOAD_DAY, World, read
from tests.unit.sources.test_bad_inputs import ACCEPTED, COLUMNS, GOOD_ROWS, QUARANTINED, REJECTED

HEADER = "order_id,customer_id,amount,channel\n"
ROWS = 'O1,C1,10.00,\nO2,C2,20.00,"Győr, fő tér\nnorth"\nO3, C3 ,030,""\n'


@pytest.fixture
def all_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONG_BYTES", 0)
    monkeypatch.setattr(reading, "LONG_BYTES", 0)


def landed(root: Path, *files: tuple[str, str]) -> World:
    world = World(root, {"orders": EntityFiles(files="orders_*.csv")})
    for name, content in files:
        world.put(name, content)
    world.extract()
    return world


def rows(world: World) -> list[tuple[Any, ...]]:
    """All columns but the load id, which is a time."""
    return world.rows("select * exclude (_load_id) from raw_crm.orders order by _file, _record")


def parquet_files(world: World) -> list[Path]:
    return sorted((world.root / "data" / "landing" / "crm" / "orders").glob("*.parquet"))


def test_a_long_file_lands_as_a_short_one_does(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    short = landed(tmp_path / "short", ("orders_2024-10.csv", HEADER + ROWS))
    request.getfixturevalue("all_are_long")
    long = landed(tmp_path / "long", ("orders_2024-10.csv", HEADER + ROWS))
    assert rows(long) == rows(short)
    assert [row[0] for row in rows(long)] == ["O1", "O2", "O3"]
    assert "_record" in pq.read_schema(parquet_files(short)[0]).names
    assert pq.read_schema(parquet_files(long)[0]).names == list(CONTRACT["orders"].column_names)


@pytest.mark.usefixtures("all_are_long")
def test_its_load_is_known_and_it_lands_once(tmp_path: Path) -> None:
    world = landed(tmp_path, ("orders_2024-10.csv", HEADER + ROWS))
    [file] = parquet_files(world)
    assert {load for (load,) in world.rows("select _load_id from raw_crm.orders")} == {file.name.rsplit(".", 2)[0]}
    assert world.extract().unchanged_files == 1
    world.put("orders_2024-10.csv", HEADER + ROWS.replace("10.00", "11.00"))
    assert world.extract().landed_rows == 3
    amounts = world.rows("select amount from raw_crm.orders where order_id = 'O1' order by _load_id")
    assert amounts == [("10.00",), ("11.00",)]


@pytest.mark.usefixtures("all_are_long")
def test_beside_a_file_that_is_not_plain_it_lands_as_that_one(tmp_path: Path) -> None:
    world = landed(
        tmp_path,
        ("orders_2024-10.csv", HEADER + ROWS),
        ("orders_2024-11.csv", HEADER + "O4,C1\nO5,C1,5.00,web\n"),
    )
    found = world.rows("select order_id, _record, _file from raw_crm.orders order by 1")
    october, november = "orders_2024-10.csv", "orders_2024-11.csv"
    assert found == [("O1", 1, october), ("O2", 2, october), ("O3", 3, october), ("O5", 2, november)]
    assert all("_record" in pq.read_schema(file).names for file in parquet_files(world))


@pytest.mark.usefixtures("all_are_long")
@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted_inputs_are_accepted(case: str, tmp_path: Path) -> None:
    content, spec = ACCEPTED[case]
    found = read(tmp_path, content, **spec)
    assert found.values(*COLUMNS) == GOOD_ROWS
    assert found.records == ["1", "2", "3"]


@pytest.mark.usefixtures("all_are_long")
@pytest.mark.parametrize("case", REJECTED)
def test_rejected_inputs_are_rejected(case: str, tmp_path: Path) -> None:
    content, spec, words = REJECTED[case]
    with pytest.raises(FileRejectedError) as error:
        read(tmp_path, content, **spec)
    for word in words:
        assert word in str(error.value)


@pytest.mark.usefixtures("all_are_long")
@pytest.mark.parametrize("case", QUARANTINED)
def test_lines_that_are_no_rows_are_put_aside(case: str, tmp_path: Path) -> None:
    line, number, _ = QUARANTINED[case]
    first, second = "O1,C1,10.00,web", "O2,C2,20.00,shop"
    found = read(tmp_path, HEADER + "\n".join([first, line, second]) + "\n")
    assert found.values("order_id") == [("O1",), ("O2",)]
    assert found.unparsed[0][0] == number


@pytest.mark.usefixtures("all_are_long")
def test_b24_dates_of_another_order_are_refused_too(tmp_path: Path) -> None:
    world = World(tmp_path, {"customers": EntityFiles(files="customers.csv")})
    dated = {**CONTRACT, "customers": replace(CONTRACT["customers"], columns=_with_a_date())}
    world.put("customers.csv", "customer_id,updated_at\nC1,31.10.2024\nC2,30.10.2024\n")
    from orchestration.landing.extract import extract

    with pytest.raises(ExtractError, match="declare date_order: dmy"):
        extract(world.settings(), contract=dated)


def _with_a_date() -> Any:
    columns = CONTRACT["customers"].columns
    return tuple(replace(item, data_type="timestamp") if item.name == "updated_at" else item for item in columns)


@pytest.mark.usefixtures("all_are_long")
def test_f19_a_file_that_changed_since_it_was_hashed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + ROWS)
    found = FoundFile("shop", "crm", "orders", path, path.name, sha256_of(path), LOAD_DAY, "declared")
    path.write_text(HEADER + ROWS + "O4")
    with duckdb.connect() as connection, pytest.raises(FileRejectedError, match="changed while it was read"):
        reading.read_file(found, EntityFiles(files="*"), CONTRACT, tmp_path / "spool", connection)


@pytest.mark.usefixtures("all_are_long")
def test_an_erased_person_does_not_come_back_in_a_long_file(tmp_path: Path) -> None:
    world = World(tmp_path, {"orders": EntityFiles(files="orders_*.csv")})
    [pseudonym] = Register(world.settings()).begin(["C2"], "test").values()
    world.put("orders_2024-10.csv", HEADER + ROWS)
    world.extract()
    found = world.rows("select order_id, customer_id, _record, _file from raw_crm.orders order by 1")
    assert [row[:3] for row in found] == [("O1", "C1", 1), ("O2", pseudonym, 2), ("O3", " C3 ", 3)]
    assert {row[3] for row in found} == {"orders_2024-10.csv"}
    assert pq.read_schema(parquet_files(world)[0]).names == list(CONTRACT["orders"].column_names)


@pytest.mark.usefixtures("all_are_long")
def test_an_erasure_in_landing_keeps_where_rows_of_a_long_file_came_from(tmp_path: Path) -> None:
    world = landed(tmp_path, ("orders_2024-10.csv", HEADER + ROWS))
    before = rows(world)
    erased = erase(world.settings(), load_contract(), ["C2"], "test")
    after = rows(world)
    assert [row[1] for row in after] == ["C1", erased.pseudonyms[0], " C3 "]
    assert [row[4:] for row in after] == [row[4:] for row in before]
