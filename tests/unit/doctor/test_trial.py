"""What the doctor's trial reads off the rows that count."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.contract import load_contract
from orchestration.doctor.trial import _told

WITHOUT_TIMES = "survey_answers"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name in (WITHOUT_TIMES, "orders"):
        columns = ", ".join(f'"{column.name}" {column.data_type}' for column in load_contract()[name].columns)
        connection.execute(f"create table int_{name}_admitted ({columns})")
    return connection


def test_an_entity_without_times_and_rows_has_no_newest_time(connection: duckdb.DuckDBPyConnection) -> None:
    entity = load_contract()[WITHOUT_TIMES]
    assert not [column for column in entity.columns if column.data_type in ("date", "timestamp")]
    assert _told(connection, entity) == ("", ())


def test_the_newest_time_and_the_columns_without_a_value(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "insert into int_orders_admitted (order_id, customer_id, ordered_at, status, amount, currency) values "
        "('1', 'a', timestamp '2024-03-01 10:00', 'completed', 5, 'EUR'), "
        "('2', 'a', timestamp '2024-04-30 21:15', 'completed', 5, 'EUR')"
    )
    newest, empty = _told(connection, load_contract()["orders"])
    assert newest == "2024-04-30 21:15"
    assert set(empty) == {"channel", "margin", "rate_to_base", "updated_at"}
