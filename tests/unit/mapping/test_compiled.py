"""Mappings: what each expression gives, and what an error says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pyarrow as pa
import pytest

from orchestration.contract import load_contract
from orchestration.mapping.compiled import ColumnMapping, MappingError, compile_mapping
from orchestration.mapping.values import generated_key, reciprocal

CONTRACT = load_contract()
ORDER = {
    "order_id": "salesorderid",
    "customer_id": "_customerid_value",
    "ordered_at": "createdon",
    "status": {"field": "statecode", "codes": {0: "open", 1: "open", 2: "cancelled", 3: "completed", 4: "completed"}},
    "amount": "totalamount",
    "currency": {"constant": "EUR"},
}


@dataclass(frozen=True)
class Spec:
    """Settings of an entity of a service: contract column -> source."""

    columns: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    decimal_comma: bool = False


@dataclass(frozen=True)
class FileSpec(Spec):
    maps_headers: ClassVar[bool] = True


def mapped(columns: dict[str, Any], of: str = "orders", **more: Any) -> ColumnMapping:
    return compile_mapping(Spec(ORDER | columns if of == "orders" else columns, **more), CONTRACT[of])


def one(columns: dict[str, Any], column: str, *rows: dict[str, str | None], **more: Any) -> list[str | None]:
    values: list[str | None] = mapped(columns, **more).apply(rows).column(column).to_pylist()
    return values


def problems(columns: dict[str, Any], of: str = "orders", spec: type[Spec] = Spec) -> list[str]:
    with pytest.raises(MappingError) as caught:
        compile_mapping(spec(columns), CONTRACT[of])
    return str(caught.value).splitlines()


def test_rows_come_out_under_the_contracts_columns_all_text() -> None:
    row = {"salesorderid": "s1", "_customerid_value": "c1", "createdon": "2024-10-31T23:00:00Z", "statecode": "3"}
    table = mapped({}).apply([{**row, "totalamount": "12.50"}, row])
    assert table.column_names == list(CONTRACT["orders"].column_names)
    assert {str(kind) for kind in table.schema.types} == {"string"}
    assert table.column("amount").to_pylist() == ["12.50", None]
    assert table.column("currency").to_pylist() == ["EUR", "EUR"]
    assert table.column("channel").to_pylist() == [None, None]


def test_codes_land_as_they_came() -> None:
    assert one({}, "status", {"statecode": "3"}, {"statecode": "7"}) == ["3", "7"]


def test_fields_are_those_the_mapping_reads_each_once_in_the_contracts_order() -> None:
    columns = {"updated_at": "modifiedon", "channel": {"first_of": ["origin", "createdon"]}}
    assert mapped(columns).fields == (
        "salesorderid", "_customerid_value", "createdon", "statecode", "origin", "totalamount", "modifiedon",
    )  # fmt: skip


def test_concat_is_blank_as_soon_as_one_field_is() -> None:
    columns = {"channel": {"concat": ["a", "-", "b", {"constant": "X1"}]}}
    assert one(columns, "channel", {"a": "1", "b": "2"}, {"a": "1", "b": " "}, {"b": "2"}) == ["1-2X1", None, None]


def test_first_of_takes_the_first_that_is_not_blank() -> None:
    columns = {"channel": {"first_of": ["a", "b"]}}
    assert one(columns, "channel", {"a": "1", "b": "2"}, {"a": " ", "b": "2"}, {}) == ["1", "2", None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("25", "0.04"), ("3", "0.33333333"), ("1.5", "0.66666667"), ("0.5", "2"), ("1", "1"), ("1e2", "0.01"),
     ("395.12", "0.00253088"), ("0", "0"), ("-2", "-2"), ("n/a", "n/a"), ("inf", "inf"), ("", "")],
)  # fmt: skip
def test_the_reciprocal_is_decimal_and_leaves_what_is_no_rate(text: str, expected: str) -> None:
    assert reciprocal(text, 8) == expected


def test_a_reciprocal_is_written_as_its_source_writes_numbers() -> None:
    columns = {"rate_to_base": {"reciprocal": "rate"}}
    assert one(columns, "rate_to_base", {"rate": "2,5"}, {}, decimal_comma=True) == ["0,4", None]
    assert one(columns, "rate_to_base", {"rate": "2.5"}) == ["0.4"]


def test_a_generated_key_is_the_same_for_ever_and_tells_values_apart() -> None:
    # SHA-256 of "1:a|-|2:bc": a key that changed would make new orders of old ones.
    assert generated_key(["a", None, " bc "]) == "1e7c956bb598efea10bba8164f61c45e"
    keys = [generated_key(values) for values in (["a", "bc"], ["ab", "c"], ["a", None, "bc"], ["a", "b", "c"])]
    assert len(set(keys)) == 4
    assert generated_key([None, None]) is None


def test_generated_keys_of_rows() -> None:
    columns = {"order_id": {"generated_key": ["a", "b"]}}
    rows: tuple[dict[str, str | None], ...] = ({"a": "1", "b": "2"}, {"a": "1", "b": None}, {"a": " ", "b": ""})
    assert one(columns, "order_id", *rows) == [generated_key(["1", "2"]), generated_key(["1", None]), None]


def test_an_arrow_table_is_mapped_like_rows() -> None:
    table = pa.table({"salesorderid": ["s1", ""], "totalamount": ["1", "2"], "other": ["x", "y"]})
    out = mapped({}).apply_table(table)
    assert out.column("order_id").to_pylist() == ["s1", None]
    assert out.column("amount").to_pylist() == ["1", "2"]
    assert "other" not in out.column_names


def test_files_know_the_rows_ordinal_and_the_files_name() -> None:
    mapping = compile_mapping(FileSpec({"order_id": {"concat": ["_file", "#", "_record"]}}), CONTRACT["orders"])
    out = mapping.apply_table(pa.table({"_record": ["1", "2"]}), file="a.csv")
    assert out.column("order_id").to_pylist() == ["a.csv#1", "a.csv#2"]
    assert mapping.fields == ()


def test_columns_of_a_file_may_be_written_header_first() -> None:
    mapping = compile_mapping(
        FileSpec({"Kundennummer": "customer_id", "Bemerkung": "", "name": "Firma", "segment": {"constant": "B2B"}}),
        CONTRACT["customers"],
    )
    assert mapping.columns["customer_id"].fields == ("Kundennummer",)
    assert mapping.columns["name"].fields == ("Firma",)
    assert mapping.dropped == ("Bemerkung",)
    assert not mapping.is_rename


def test_two_contract_names_are_read_as_the_rest_of_the_block() -> None:
    header_first = compile_mapping(FileSpec({"Nr": "customer_id", "region": "country"}), CONTRACT["customers"])
    assert header_first.columns["country"].fields == ("region",)
    column_first = compile_mapping(FileSpec({"customer_id": "Nr", "region": "country"}), CONTRACT["customers"])
    assert column_first.columns["region"].fields == ("country",)
    assert "write country: {field: region}" in problems({"region": "country"}, "customers", FileSpec)[0]


@pytest.mark.parametrize(
    ("column", "raw", "words"),
    [
        ("status", {"field": "s", "codes": {"0": "opn"}}, 'columns.status.codes.0: status does not take "opn"'),
        ("status", {"field": "s", "codes": {"0": "opn"}}, 'nearest is "open"'),
        ("status", {"constant": "done"}, "columns.status.constant: status does not take"),
        ("currency", {"constant": "euro"}, "it must look like ^[A-Z]{3}$"),
        ("status", {"field": "s", "otherwise": "open"}, "otherwise needs codes"),
        ("status", {"constant": "open", "codes": {"0": "open"}}, "codes does not go with constant"),
        ("amont", "x", 'columns.amont: "amont" is no column; nearest is "amount"'),
        ("channel", {"feld": "x"}, '"feld" is not known; nearest is "field"'),
        ("channel", {"field": "x", "constant": "y"}, "exactly one of"),
        ("channel", {"concat": []}, "concat needs a list"),
        ("channel", {"concat": ["-"]}, "concat names no field"),
        ("channel", {"first_of": "x"}, "first_of needs a list"),
        ("channel", {"constant": 1.5}, 'put it in quotes: "1.5"'),
        ("channel", {"field": ["x"]}, "is no text"),
        ("channel", "", "it is blank"),
        ("channel", {"reciprocal": "x"}, "reciprocal gives a decimal, and channel is a varchar"),
        ("order_id", {"generated_key": ["_record"]}, "_record and _file are known of files only"),
        ("channel", {"field": "x", "date_format": "%d.%m.%Y"}, "date_format is for dates, and channel is a varchar"),
        ("ordered_at", {"field": "x", "date_format": "%d.%m"}, "lacks the year (%Y)"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_used_says_where_and_what_to_write(column: str, raw: Any, words: str) -> None:
    assert words in "\n".join(problems({**ORDER, column: raw}))


def test_every_required_column_without_a_source_is_named() -> None:
    found = problems({"order_id": "id", "amount": "total"})
    assert [line.split('"')[1] for line in found] == ["customer_id", "ordered_at", "status", "currency"]


def test_a_wrong_entry_of_a_file_names_the_nearest_column() -> None:
    assert (
        'maps "Net" to "amout", and neither is a column; nearest is "amount"'
        in problems({"Net": "amout"}, spec=FileSpec)[0]
    )
    assert 'nearest is "amount"' in problems({"amuont": "Kwota"}, spec=FileSpec)[0]


def test_a_column_cannot_be_mapped_twice() -> None:
    assert "mapped twice" in problems({"Netto": "amount", "Brutto": "amount"}, spec=FileSpec)[0]


def test_answers_may_be_written_header_first_or_with_codes() -> None:
    answers = {"Polecenie": "nps", "effort": {"field": "Wysiłek", "codes": {"łatwo": 1}}}
    spec = FileSpec({"survey_id": {"constant": "relationship"}}, answers)
    mapping = compile_mapping(spec, CONTRACT["survey_responses"])
    out = mapping.apply_table(pa.table({"Polecenie": ["9"], "Wysiłek": ["łatwo"], "response_id": ["r"]}))
    assert out.select(["response_id", "survey_id", "answer:nps", "answer:effort"]).to_pylist() == [
        {"response_id": "r", "survey_id": "relationship", "answer:nps": "9", "answer:effort": "łatwo"}
    ]
