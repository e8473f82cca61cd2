"""Which files count as deliveries, and when each was delivered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.settings import EntityFiles
from orchestration.sources.files.find import date_in_name, delivery_date, find_files
from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import LOAD_DAY


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("customers_2024-10.csv", date(2024, 10, 31)),
        ("customers_2024-02.csv", date(2024, 2, 29)),
        ("customers_2024-12.csv.gz", date(2024, 12, 31)),
        ("customers_2024-10-05.csv", date(2024, 10, 5)),
        ("2024-10-05T0600_orders.csv", date(2024, 10, 5)),
        ("orders_2024-01_2024-03.csv", date(2024, 3, 31)),
        ("orders_2024-13.csv", None),
        ("orders_12024-10.csv", None),
        ("customers.csv", None),
        ("customers_20241005.csv", None),
    ],
)
def test_reads_the_date_in_a_file_name(name: str, day: date | None) -> None:
    assert date_in_name(name) == day


def test_refuses_a_day_that_does_not_exist() -> None:
    with pytest.raises(FileRejectedError, match=r'"2024-02-30", which is no date; correct the name'):
        date_in_name("customers_2024-02-30.csv")


def test_name_goes_before_sidecar_before_declared_before_load_time(tmp_path: Path) -> None:
    declared, plain = EntityFiles(files="*", delivered_on=date(2024, 9, 30)), EntityFiles(files="*")
    dated, undated = tmp_path / "a_2024-10.csv", tmp_path / "a.csv"
    for file in (dated, undated):
        file.with_name(file.name + ".delivered_on").write_text("2024-08-31\n")
    assert delivery_date(dated, dated.name, declared, LOAD_DAY) == (date(2024, 10, 31), "file name")
    assert delivery_date(undated, undated.name, declared, LOAD_DAY) == (date(2024, 8, 31), "sidecar")
    (tmp_path / "a.csv.delivered_on").unlink()
    assert delivery_date(undated, undated.name, declared, LOAD_DAY) == (date(2024, 9, 30), "declared")
    assert delivery_date(undated, undated.name, plain, LOAD_DAY) == (LOAD_DAY, "load time")


def test_a_dated_folder_dates_its_files(tmp_path: Path) -> None:
    path = tmp_path / "2024-10" / "customers.csv"
    assert delivery_date(path, "2024-10/customers.csv", EntityFiles(files="*"), LOAD_DAY)[0] == date(2024, 10, 31)


def test_refuses_a_sidecar_without_a_date(tmp_path: Path) -> None:
    (tmp_path / "a.csv.delivered_on").write_text("last week")
    with pytest.raises(FileRejectedError, match=r'a\.csv\.delivered_on holds "last week", which is no date'):
        delivery_date(tmp_path / "a.csv", "a.csv", EntityFiles(files="*"), LOAD_DAY)


def test_sidecars_hidden_and_lock_files_are_no_deliveries(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "a.csv.delivered_on", ".c.csv", "~$d.csv"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    assert [path.name for path in find_files(tmp_path, "*")] == ["a.csv", "b.csv"]


def test_a_folder_name_means_its_files(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "a.csv").touch()
    assert [path.name for path in find_files(tmp_path, "orders")] == ["a.csv"]


@pytest.mark.parametrize("pattern", ["../secret/*.csv", "/etc/*", ""])
def test_refuses_a_pattern_that_leaves_the_source(pattern: str, tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match="must stay inside"):
        find_files(tmp_path, pattern)
