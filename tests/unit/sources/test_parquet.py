"""Parquet: every plain type as the text a person would write."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import Reading, read


def parquet(tmp_path: Path, **columns: pa.Array) -> Reading:
    file = tmp_path / "made.parquet"
    pq.write_table(pa.table(columns), file)
    return read(tmp_path, file.read_bytes(), "orders_2024-12.parquet")


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (7, pa.int64(), "7"),
        (5.0, pa.float64(), "5"),
        (0.1, pa.float64(), "0.1"),
        (1e20, pa.float64(), "100000000000000000000"),
        (float("nan"), pa.float64(), "nan"),
        (Decimal("1.50"), pa.decimal128(18, 2), "1.50"),
        (date(2024, 1, 31), pa.date32(), "2024-01-31"),
        (datetime(2024, 1, 31, 10), pa.timestamp("us"), "2024-01-31 10:00:00"),
        (datetime(2024, 1, 31, 10, 0, 0, 500_000), pa.timestamp("us"), "2024-01-31 10:00:00.500000"),
        (datetime(2024, 1, 31, 10, tzinfo=UTC), pa.timestamp("us", "UTC"), "2024-01-31 10:00:00Z"),
        (True, pa.bool_(), "true"),
        ("", pa.string(), None),
        ("007", pa.dictionary(pa.int32(), pa.string()), "007"),
    ],
)
def test_types_become_text(value: Any, kind: pa.DataType, text: str | None, tmp_path: Path) -> None:
    key = pa.array(["1"])
    reading = parquet(tmp_path, order_id=key, customer_id=key, amount=pa.array([value], kind))
    assert reading.values("amount") == [(text,)]


def test_a_nested_column_is_refused(tmp_path: Path) -> None:
    key = pa.array(["1"])
    with pytest.raises(FileRejectedError, match='"amount" is of type list'):
        parquet(tmp_path, order_id=key, customer_id=key, amount=pa.array([[1]]))


def test_b04_a_duplicate_column_is_refused(tmp_path: Path) -> None:
    key = pa.array(["1"])
    with pytest.raises(FileRejectedError, match='"Amount" stands twice'):
        parquet(tmp_path, order_id=key, customer_id=key, amount=key, Amount=key)


def test_b09_a_cut_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match="cannot be read as Parquet"):
        read(tmp_path, b"PAR1 and no footer", "orders_2024-12.parquet")
