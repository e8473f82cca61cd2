"""Delimited files: two readers that must agree, and which of them may read what."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.sources.files import delimited, plain
from orchestration.sources.files.delimited import detect_separator
from orchestration.sources.files.exact import read_records
from orchestration.sources.files.headers import HeaderMap
from orchestration.sources.files.model import FileRejectedError
from orchestration.sources.files.plain import count_plain_records
from orchestration.sources.files.spool import Spool, spooled
from tests.landing_world import CONTRACT, read

HEADER = "order_id,customer_id,amount"


def by_duckdb(path: Path) -> list[tuple[str | None, ...]] | None:
    """The rows as DuckDB reads them, None where it finds a fault."""
    headers = HeaderMap(CONTRACT["orders"], {}, {})
    layout = delimited._layout(path, ",", headers)
    with duckdb.connect() as connection, Spool(path.with_suffix(".arrow"), headers.output_columns) as spool:
        complete = delimited._read_plain(path, layout, spool, connection)
    return spool_values(spool.path) if complete else None


def by_exact(path: Path) -> list[tuple[str | None, ...]]:
    headers = HeaderMap(CONTRACT["orders"], {}, {})
    layout = delimited._layout(path, ",", headers)
    with Spool(path.with_suffix(".arrow"), headers.output_columns) as spool:
        delimited._read_exact(path, layout, spool)
    return spool_values(spool.path)


def spool_values(path: Path) -> list[tuple[str | None, ...]]:
    names = ("order_id", "customer_id", "amount", "_record")
    return [tuple(row[name] for name in names) for batch in spooled(path) for row in batch.to_pylist()]


@settings(max_examples=300, deadline=None)
@given(body=st.text(alphabet='a1," \n\r;ő', max_size=60))
def test_duckdb_is_only_trusted_where_both_readers_agree(body: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(f"{HEADER}\n{body}".encode())
        expected = count_plain_records(path, ",", 1, 3)
        rows = by_duckdb(path) if expected is not None else None
        if rows is not None and len(rows) == expected:
            assert rows == by_exact(path)


cells = st.text(alphabet='a1," \nő', max_size=6)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8), end=st.sampled_from(["\n", "\r\n"]))
def test_a_well_formed_file_is_plain_and_counted(rows: list[tuple[str, str, str]], end: str) -> None:
    lines = [",".join('"' + cell.replace("\n", end).replace('"', '""') + '"' for cell in row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(end.join([HEADER, *lines, ""]).encode())
        assert count_plain_records(path, ",", 1, 3) == len(rows)
        assert by_duckdb(path) == by_exact(path)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_the_count_does_not_depend_on_where_chunks_end(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "CHUNK", size)
    path = tmp_path / "a.csv"
    path.write_bytes(b'h,h\r\n1,"a\r\nb ""c"""\r\n\r\n2,\r\n3,x')
    assert count_plain_records(path, ",", 1, 2) == 3


@pytest.mark.parametrize(
    "body", ['1, "a"\n', '1,"a" \n', '1,5" pipe\n', "1,a\rb\n", "1,a\n2,b\r\n", "1,a,,\n", '1,"a\n', "1,\0\n"]
)
def test_what_is_not_plain_goes_to_the_exact_reader(body: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"h,h\n{body}".encode())
    assert count_plain_records(path, ",", 1, 2) is None


def test_a_wrong_row_count_of_duckdb_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_all(*arguments: object) -> bool:
        return True

    monkeypatch.setattr(delimited, "_read_plain", lose_all)
    assert read(tmp_path, f"{HEADER}\nO1,C1,1\nO2,C2,2\n").records == ["1", "2"]


def test_a_fault_behind_many_good_rows_is_found(tmp_path: Path) -> None:
    rows = "".join(f"O{number},C1,1\n" for number in range(30_000))
    reading = read(tmp_path, f"{HEADER}\n{rows}short\nO,C,1\n")
    assert len(reading.rows) == 30_001
    assert reading.records[-1] == "30002"
    assert reading.unparsed == [(30_002, "1 values where the header has 3", "short")]


def test_records_know_their_lines() -> None:
    found = list(read_records(io.StringIO('a,b\n\n1,"x\ny"\r2,"z"q\n"', newline=""), ","))
    assert [(record.line, record.last_line) for record in found] == [(1, 1), (3, 4), (5, 5), (6, 6)]
    assert found[1].fields == ["1", "x\ny"]
    assert found[2].fault == "text after a closing quote"
    assert found[3].unclosed


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_finds_known_names(separator: str) -> None:
    assert detect_separator(f'Order ID{separator}"amount, net"{separator}amount\n', ["order_id", "amount"]) == separator


def test_a_quoted_header_over_two_lines_counts_as_one(tmp_path: Path) -> None:
    reading = read(tmp_path, '"order_id","customer_id","amount","no\nte"\nO1,C1,1,x\nO2,C2\n')
    assert reading.values("order_id", "amount") == [("O1", "1")]
    assert reading.unparsed[0][0] == 4


def test_a_file_of_blank_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match="blank lines only"):
        read(tmp_path, "\n \n\n")


@pytest.mark.parametrize("chunk", [1_000, 4_096, 10_000])
def test_a_file_of_many_chunks_is_counted_whole(chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "CHUNK", chunk)
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "".join(f'{number},"x, ""{number}""\ny"\n' for number in range(5_000)))
    assert plain.count_plain_records(path, ",", 1, 2) == 5_000
