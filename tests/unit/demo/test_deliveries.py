"""What the demo company delivers: forms, order, lateness, corrections, faults; all of it repeatable."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from orchestration.demo import spoilt
from orchestration.demo.generate import SEED, STAMP, SYSTEMS, current_summary, faulty_first_wave, generate
from orchestration.demo.months import MONTHS
from orchestration.demo.world import World
from orchestration.settings import load_settings

Line = dict[str, str]


def _read(path: Path, separator: str = ",", encoding: str = "utf-8") -> list[Line]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def _orders(folder: Path, month: str) -> list[Line]:
    return _read(folder / "crm" / f"orders_{month}.csv", ";", "cp1250")


def _hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_second_generation_has_the_same_bytes(demo_files: Path, demo_world: World, tmp_path: Path) -> None:
    again = tmp_path / "again"
    generate(again, world=demo_world)
    assert _hashes(again) == _hashes(demo_files)


def test_a_complete_folder_is_left_as_it_is(demo_files: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo_files.rglob("*")}
    summary = generate(demo_files)
    assert summary == current_summary(demo_files, SEED)
    assert {path: path.stat().st_mtime_ns for path in demo_files.rglob("*")} == before


def test_another_seed_or_a_missing_file_is_no_complete_folder(demo_files: Path, tmp_path: Path) -> None:
    assert current_summary(demo_files, SEED + 1) is None
    copied = tmp_path / "copied"
    for system in SYSTEMS:
        (copied / system).mkdir(parents=True)
    (copied / STAMP).write_bytes((demo_files / STAMP).read_bytes())
    assert current_summary(copied, SEED) is None


def test_what_another_version_told_is_no_complete_folder(tmp_path: Path) -> None:
    (tmp_path / STAMP).write_text('{"stamp": "of another version", "told_then": 7}', encoding="utf-8")
    assert current_summary(tmp_path, SEED) is None


CRM_FILES = (
    "customers_*.csv",
    "contracts_*.csv",
    "orders_*.csv",
    "refunds_*.csv",
    "cases_*.parquet",
    "cancellation_requests_*.csv",
)


@pytest.mark.parametrize("name", CRM_FILES)
def test_the_crm_delivers_every_month(demo_files: Path, name: str) -> None:
    start, _, suffix = name.partition("*")
    assert [path.name for path in sorted((demo_files / "crm").glob(name))] == [
        f"{start}{month.name}{suffix}" for month in MONTHS
    ]


def test_the_configured_patterns_match_every_file_once(demo_files: Path) -> None:
    for source in load_settings({}).sources:
        folder = demo_files / source.path.rsplit("/", 1)[-1]
        matched = Counter(path.name for files in source.entities.values() for path in folder.glob(files.files))
        assert matched == Counter(path.name for path in folder.iterdir())


def test_a_snapshot_shows_only_what_was_known_by_its_month(demo_files: Path) -> None:
    for month in (MONTHS[5], MONTHS[20]):
        for row in _read(demo_files / "crm" / f"contracts_{month.name}.csv"):
            if row["end_reason"] and not row["contract_id"].startswith("K28"):
                assert row["ends_on"]
                notice = row["cancelled_on"] or row["updated_at"][:10]
                assert date.fromisoformat(notice) <= month.last


def test_letters_of_all_three_countries_survive_their_encodings(demo_files: Path) -> None:
    customers = (demo_files / "crm" / "customers_2024-12.csv").read_text(encoding="utf-8")
    requests = "".join(path.read_text("cp1250") for path in (demo_files / "crm").glob("cancellation_requests_*"))
    assert all(letter in customers for letter in "őűłżąß")
    assert all(letter in requests for letter in "őóś")


def test_amounts_of_orders_have_a_decimal_comma_and_dates_begin_with_the_day(demo_files: Path) -> None:
    newest = _orders(demo_files, "2023-05")[-1]
    assert "," in newest["amount"] and "." not in newest["amount"]
    assert newest["ordered_at"][2:10] == ".05.2023"


def test_the_currencies_are_exactly_two(demo_world: World) -> None:
    contracts = {price.currency for contract in demo_world.contracts for price in contract.prices}
    assert contracts == {order.currency for order in demo_world.orders} == {"EUR", "PLN"}


def test_only_the_late_batch_comes_a_month_late(demo_files: Path) -> None:
    late = [
        (month.name, row["order_id"])
        for month in MONTHS[1:]
        for row in _orders(demo_files, month.name)
        if row["ordered_at"][3:10] != f"{month.first:%m.%Y}" and row["updated_at"] == row["ordered_at"]
    ]
    assert {month for month, _ in late} == {MONTHS[spoilt.LATE_ORDERS + 1].name}
    assert len(late) > 10


def test_the_first_wave_is_the_faulty_version_alone(demo_files: Path, demo_world: World, tmp_path: Path) -> None:
    faulty = faulty_first_wave(tmp_path / "wave", world=demo_world)
    found = sorted(path.name for path in (tmp_path / "wave").rglob("*") if path.is_file())
    assert found == [faulty.name] == ["refunds_2024-03.csv"]
    corrected = _read(demo_files / "crm" / faulty.name)
    assert [row["refund_id"] for row in _read(faulty)] == [row["refund_id"] for row in corrected]
    assert all(row["amount"] != good["amount"] for row, good in zip(_read(faulty), corrected, strict=True))


def test_excel_and_parquet_carry_typed_values(demo_files: Path) -> None:
    sheet = openpyxl.load_workbook(demo_files / "finance" / "exchange_rates_2024-12.xlsx")["rates"]
    cells = [cell.value for cell in sheet[2]]
    assert cells[0].date() == date(2024, 1, 1) and cells[1] == "PLN" and isinstance(cells[2], float)
    schema = pq.read_schema(demo_files / "crm" / "cases_2024-01.parquet")
    assert str(schema.field("opened_at").type) == "timestamp[us]"
    assert str(schema.field("is_complaint").type) == "bool"


def _rows_in_files(folder: Path) -> Counter[str]:
    """Rows by entity, counted in the files themselves: lines without header, Parquet and Excel rows."""
    found: Counter[str] = Counter()
    for system in SYSTEMS:
        for path in (folder / system).iterdir():
            entity = path.name.rsplit("_", 1)[0]
            if path.suffix == ".parquet":
                found[entity] += pq.read_metadata(path).num_rows
            elif path.suffix == ".xlsx":
                found[entity] += openpyxl.load_workbook(path).worksheets[0].max_row - 1
            else:
                lines = path.read_bytes().count(b"\n")
                found[entity] += lines - (0 if path.suffix == ".jsonl" else 1)
    return found


def test_the_planted_fates_account_for_every_row(demo_files: Path) -> None:
    planted = {row["entity"]: row for row in _read(demo_files / "truth" / "data_received.csv")}
    counted = _rows_in_files(demo_files)
    # The faulty first version of one file is landed too; it is not in the folder any more.
    counted["refunds"] += len(_read(demo_files / "crm" / "refunds_2024-03.csv"))
    assert {entity: int(row["landed"]) for entity, row in planted.items()} == counted
    fates = ("admitted", "quarantined", "superseded", "exact_duplicates", "deleted")
    for entity, row in planted.items():
        assert sum(int(row[fate]) for fate in fates) == int(row["landed"]), entity


def test_spoilt_rows_stay_well_under_one_percent(demo_files: Path) -> None:
    for row in _read(demo_files / "truth" / "data_received.csv"):
        current = int(row["landed"]) - int(row["superseded"])
        assert int(row["quarantined"]) < 0.006 * current, row["entity"]


def test_every_kind_of_fate_is_planted(demo_files: Path) -> None:
    rows = _read(demo_files / "truth" / "data_received.csv")
    for fate in ("quarantined", "unknown_customers", "superseded", "exact_duplicates", "deleted"):
        assert sum(int(row[fate]) for row in rows) > 0, fate


def test_answers_of_surveys_are_on_their_scale_but_for_the_planted_ones(demo_files: Path) -> None:
    off = Counter()
    for path in sorted((demo_files / "survey").glob("survey_answers_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            if answer["question"] in ("recommend", "satisfied"):
                text = str(answer["value"])
                on_scale = text in {str(score) for score in range(11)} or text in {"11", "9"}
                off[path.name] += int(not on_scale)
    planted = {f"survey_answers_{MONTHS[index].name}.jsonl": len(bad) for index, bad in spoilt.OFF_SCALE.items()}
    assert {name: count for name, count in off.items() if count} == planted
