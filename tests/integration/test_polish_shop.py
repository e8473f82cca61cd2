"""A company with customers and orders only, its exports with Polish headers, dates as 31.12.2024, amounts as 12,50.

The second computation reads the exports by themselves and knows nothing of the mapping or the marts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import pypdfium2
import pytest

from orchestration.settings import PROJECT_ROOT, load_settings
from tests.pipeline import holdfast

EXAMPLE = PROJECT_ROOT / "examples" / "polish_shop"
CONFIG = EXAMPLE / "config"
MONTH = "2024-12"
pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(900)]


class Order(NamedTuple):
    """A line of the orders' export that was not cancelled."""

    customer: str
    day: date
    amount: Decimal


def orders() -> list[Order]:
    found = []
    for file in sorted((EXAMPLE / "export").glob("zamowienia_*.csv")):
        with file.open(encoding="cp1250", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=";"):
                day = datetime.strptime(row["Data zamówienia"], "%d.%m.%Y").date()
                amount = Decimal(row["Wartość netto (zł)"].replace(",", "."))
                if row["Stan"] != "Anulowane":
                    found.append(Order(row["Nr klienta"], day, amount))
    return found


def active_on(day: date) -> set[str]:
    """Who ordered in the 90 days up to a day."""
    return {order.customer for order in orders() if day - timedelta(days=90) < order.day <= day}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after `holdfast run` on the exports as they are."""
    folder = tmp_path_factory.mktemp("polish_shop")
    done = holdfast(folder, "run", "--month", MONTH, config=CONFIG)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    return folder


@pytest.fixture(scope="module")
def marts(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    path = load_settings({"HOLDFAST_CONFIG": str(CONFIG), "HOLDFAST_DATA": str(data)}).published_marts
    with duckdb.connect(str(path.resolve()), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def pages(data: Path) -> list[str]:
    with pypdfium2.PdfDocument(data / "reports" / MONTH / "zarzad.pdf") as report:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in report]


def test_customers_and_revenue_are_those_of_the_exports(marts: duckdb.DuckDBPyConnection) -> None:
    whole = "audience = '(all)' and scope_type = 'company' and period_type = 'month' and period_start = '2024-12-01'"
    before, end = active_on(date(2024, 11, 30)), active_on(date(2024, 12, 31))
    figures = "customers_start, customers_end, retained_customers, lost_customers"
    assert marts.execute(f"select {figures} from rpt_retention where {whole}").fetchall() == [
        (len(before), len(end), len(before & end), len(before - end))
    ]
    december = [order.amount for order in orders() if order.day >= date(2024, 12, 1)]
    assert marts.execute(f"select orders, revenue from rpt_orders where {whole}").fetchall() == [
        (len(december), sum(december))
    ]


def test_regions_keep_their_letters_and_channels_their_meaning(marts: duckdb.DuckDBPyConnection) -> None:
    regions = "select distinct scope_value from rpt_retention where scope_type = 'region' order by 1"
    assert {row[0] for row in marts.execute(regions).fetchall()} == {
        "mazowieckie", "małopolskie", "wielkopolskie", "łódzkie", "śląskie",
    }  # fmt: skip


def test_the_report_is_whole_in_polish(pages: list[str]) -> None:
    assert len(pages) == 7
    titles = (
        "grudzień 2024",
        "Utrzymanie i odejścia",
        "Kohorty",
        "Przychody",
        "Klienci zagrożeni odejściem",
        "Lojalność",
        "Dane i metoda",
    )
    for page, title in zip(pages, titles, strict=True):
        assert title in page
        assert len(page) > 500
        assert not re.search(r"\b(?:None|nan|NaN)\b|[{}\ufffd]", page)
    assert f"{len(active_on(date(2024, 12, 31)))}" in pages[0]
    assert "zł" in pages[3]


def test_the_report_says_what_is_missing(pages: list[str]) -> None:
    assert "Strony pominięte z braku danych: Dlaczego klienci odchodzą, Satysfakcja, Obsługa." in pages[-1]
    missing = pages[-1].partition("Nie dostarczono:")[2].partition("Strony pominięte")[0]
    assert all(word in missing for word in ("Umowy", "Zgłoszenia serwisowe", "Odpowiedzi w ankietach", "Kursy walut"))
    assert "Zamówienia" not in missing


def test_the_mail_goes_out(data: Path) -> None:
    assert len(list((data / "outbox" / MONTH).glob("*.eml"))) == 1


def test_doctor_finds_nothing_wrong_and_names_what_stays_empty(tmp_path: Path) -> None:
    done = holdfast(tmp_path, "doctor", config=CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "page satisfaction drops out: needs survey_answers or survey_responses" in done.stdout
    assert "nothing to put right" in done.stdout
