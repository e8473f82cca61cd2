"""Files whose columns are made by expressions: which headers are read, what lands, and what a missing one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contract import load_contract
from orchestration.mapping.values import generated_key
from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import read, read_by, spool_rows

POLISH = "Nr klienta;Data;Kwota netto;Kanał\nK1;31.12.2024;10,50;www\nK1;30.12.2024;5,00;\n"
COLUMNS: dict[str, object] = {
    "order_id": {"generated_key": ["Nr klienta", "Data", "_record"]},
    "customer_id": "Nr klienta",
    "amount": "Kwota netto",
    "channel": {"field": "Kanał", "codes": {"www": "web"}},
}


def test_expressions_read_foreign_headers_and_land_the_contracts_columns(tmp_path: Path) -> None:
    reading = read(tmp_path, POLISH, columns=COLUMNS, decimal_comma=True)
    assert reading.rows == [
        {
            "order_id": generated_key(["K1", "31.12.2024", "1"]), "customer_id": "K1", "amount": "10,50",
            "channel": "www", "_record": "1",
        },
        {
            "order_id": generated_key(["K1", "30.12.2024", "2"]), "customer_id": "K1", "amount": "5,00",
            "channel": None, "_record": "2",
        },
    ]  # fmt: skip
    assert reading.notes == ('separator ";" was detected',)


def test_headers_of_expressions_match_without_regard_to_case_and_spaces(tmp_path: Path) -> None:
    text = "NR_KLIENTA,Kwota Netto\nK1,5\n"
    columns = {"order_id": {"concat": ["_file", "-", "_record"]}, "customer_id": "nr klienta", "amount": "kwotanetto"}
    reading = read(tmp_path, text, "orders_2024-12.csv", columns=columns)
    assert reading.values("order_id", "customer_id", "amount") == [("orders_2024-12.csv-1", "K1", "5")]


def test_two_spellings_of_a_header_are_one_field(tmp_path: Path) -> None:
    columns = {"order_id": {"concat": ["Nr_Klienta", "-", "_record"]}, "customer_id": "nr klienta"}
    reading = read(tmp_path, "Nr klienta,amount\nK1,5\n", columns=columns)
    assert reading.values("order_id", "customer_id") == [("K1-1", "K1")]


def test_a_column_under_its_own_name_may_also_be_part_of_an_expression(tmp_path: Path) -> None:
    text = "Customer ID,amount\nK1,5\n"
    reading = read(tmp_path, text, columns={"order_id": {"generated_key": ["customer_id", "amount"]}})
    assert reading.values("order_id", "customer_id", "amount") == [(generated_key(["K1", "5"]), "K1", "5")]


def test_a_field_renamed_to_another_column_does_not_come_under_its_own_name_too(tmp_path: Path) -> None:
    text = "customer_id,name\nK1,North\n"
    columns = {"region": {"field": "name"}, "updated_at": {"constant": "2024-12-31"}}
    reading = read(tmp_path, text, "customers.csv", of="customers", columns=columns)
    assert reading.rows == [
        {"customer_id": "K1", "name": None, "region": "North", "updated_at": "2024-12-31", "_record": "1"}
    ]


def test_a_header_that_an_expression_replaces_is_left_out_and_said(tmp_path: Path) -> None:
    text = "order_id,customer_id,amount,channel\n1,K1,5,shop\n"
    reading = read(tmp_path, text, columns={"channel": {"constant": "web"}})
    assert reading.values("channel") == [("web",)]
    assert reading.notes == ('column "channel" is left out: config/sources.yml says otherwise',)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (COLUMNS, 'read from "Nr klienta", which is not in the file; nearest is "Nr klient": correct columns in'),
        ({"customer_id": "Nr klienta"}, 'required column "customer_id" is read from "Nr klienta"'),
        ({"customer_id": {"first_of": ["Nr klienta", "Numer"]}}, 'is read from "Nr klienta"'),
    ],
)  # fmt: skip
def test_a_required_column_whose_header_is_missing_rejects_the_file(
    tmp_path: Path, columns: dict[str, object], message: str
) -> None:
    with pytest.raises(FileRejectedError) as caught:
        read(tmp_path, "order_id,Nr klient,Data,amount\n1,K1,2024-12-31,5\n", columns=columns)
    assert message in str(caught.value)


def test_one_of_the_fields_is_enough_for_first_of(tmp_path: Path) -> None:
    columns = {"customer_id": {"first_of": ["Nr klienta", "Numer"]}}
    reading = read(tmp_path, "order_id,Numer,amount\n1,K1,5\n", columns=columns)
    assert reading.values("customer_id") == [("K1",)]
    assert reading.notes == ('column "Nr klienta", mapped in config/sources.yml, is not in the file',)


def test_ordinals_count_the_lines_put_aside_too(tmp_path: Path) -> None:
    text = "customer_id,amount\nK1,5\nK1\nK2,6\n"
    reading = read(tmp_path, text, columns={"order_id": {"concat": ["_record"]}})
    assert reading.values("order_id", "_record") == [("1", "1"), ("3", "3")]
    assert [line for line, _, _ in reading.unparsed] == [3]


def test_json_lines_and_answers_go_through_the_mapping(tmp_path: Path) -> None:
    text = '{"id": "R1", "q1": 9, "q2": "easy"}\n{"id": "R2", "q1": null}\n'
    reading = read(
        tmp_path, text, "responses.jsonl", "survey_responses",
        columns={"response_id": "id", "survey_id": {"constant": "S"}},
        answers={"q1": "nps", "effort": {"field": "q2", "codes": {"easy": 1}}},
    )  # fmt: skip
    assert reading.values("response_id", "survey_id") == [("R1", "S"), ("R2", "S")]
    assert spool_rows(reading.file, 1) == [
        {"response_id": "R1", "question": "nps", "value": "9", "_record": "1"},
        {"response_id": "R1", "question": "effort", "value": "easy", "_record": "2"},
    ]


def test_dates_of_a_declared_form_are_no_other_style(tmp_path: Path) -> None:
    text = "Nr,Kunde,Datum,Betrag\n" + "".join(f"{n},K,{n + 10}.12.2024,5\n" for n in range(1, 9))
    columns = {
        "order_id": "Nr", "customer_id": "Kunde", "amount": "Betrag", "status": {"constant": "completed"},
        "currency": {"constant": "EUR"}, "ordered_at": {"field": "Datum", "date_format": "%d.%m.%Y"},
    }  # fmt: skip
    contract = load_contract()
    reading = read_by(contract, tmp_path, text, "orders.csv", "orders", {"columns": columns})
    assert reading.values("ordered_at")[0] == ("11.12.2024",)
    plain = {"columns": columns | {"ordered_at": "Datum"}}
    with pytest.raises(FileRejectedError, match="declare date_order: dmy"):
        read_by(contract, tmp_path, text, "orders.csv", "orders", plain)
