"""Every number on a page is a formatted figure, and every figure is what its mart or its rule says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.figures import Figure
from tests.integration.report_numbers.conftest import AUDIENCES
from tests.integration.report_numbers.looking_up import Marts, fault_of
from tests.integration.report_numbers.reading import (
    Page,
    figures_of,
    is_day,
    known_numbers,
    numbers_in,
    without_exempt,
)
from tests.reports_world import WORLD_PAGES

PageOf = Callable[[str, str], Page]
EVERY_PAGE = [(audience, page) for audience in AUDIENCES for page in WORLD_PAGES]

# Numbers that are formatted without a figure, by the file that asks: axes, and the keys of a table's columns.
BARE = {
    "axes.py": "axis values",
    "curves.py": "ages along an axis",
    "revenue.py": "where a cut axis starts",
    "segments.html.j2": "ends of the scale that intervals are drawn on",
    "cohorts.html.j2": "ages in months, the keys of the columns",
}


@pytest.fixture(scope="module")
def looked_up(marts: Path, tmp_path_factory: pytest.TempPathFactory) -> Marts:
    """The marts, read apart from the reports: from a copy, since one process opens a file in one way only."""
    return Marts(Path(shutil.copyfile(marts, tmp_path_factory.mktemp("copy") / "marts.duckdb")))


@pytest.mark.parametrize(("audience", "page_id"), EVERY_PAGE)
def test_every_number_on_the_page_is_a_formatted_figure(page_of: PageOf, audience: str, page_id: str) -> None:
    page = page_of(audience, page_id)
    known = known_numbers(page)
    found = list(numbers_in(without_exempt(page.text), known))
    assert len(found) > 20, "the page has hardly a number: it was not read"
    assert [number for number in found if number not in known] == []


@pytest.mark.parametrize(("audience", "page_id"), EVERY_PAGE)
def test_every_formatted_number_is_a_figure(page_of: PageOf, audience: str, page_id: str) -> None:
    page = page_of(audience, page_id)
    bare = {
        (Path(said.caller).name, said.text)
        for said in page.heard
        if not isinstance(said.shown, Figure) and said.shown is not None and not is_day(said.shown)
    }
    assert {entry for entry in bare if entry[0] not in BARE} == set()


@pytest.mark.parametrize(("audience", "page_id"), EVERY_PAGE)
def test_every_figure_equals_its_mart_or_its_rule(
    page_of: PageOf, looked_up: Marts, audience: str, page_id: str
) -> None:  # fmt: skip
    page = page_of(audience, page_id)
    shown = [said.shown for said in page.heard if isinstance(said.shown, Figure)]
    held = list(figures_of(page.contexts))
    assert len(held) > 10, "the context holds hardly a figure"
    faults = {fault for figure in (*shown, *held) if (fault := fault_of(figure, looked_up, page.run))}
    assert faults == set()


def test_a_wrong_value_is_found(page_of: PageOf, looked_up: Marts) -> None:
    page = page_of("board", "cover")
    right = page.contexts[0].ledger.start
    assert fault_of(right, looked_up, page.run) == ""
    assert "the mart" in fault_of(Figure(right.value + 1, right.origin), looked_up, page.run)


def test_a_figure_of_another_audience_is_found(page_of: PageOf, looked_up: Marts) -> None:
    figure = page_of("board", "cover").contexts[0].ledger.start
    assert "belongs to audience board" in fault_of(figure, looked_up, page_of("hungary", "cover").run)


def test_an_unknown_number_is_found() -> None:
    assert list(numbers_in("12 of 1 234 in 95", {"12", "1\u00a0234"})) == ["12", "1\u00a0234", "95"]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_ledger_on_the_cover_adds_up(page_of: PageOf, audience: str) -> None:
    ledger = page_of(audience, "cover").contexts[0].ledger
    start, new, returned, lost, end = (
        figure.value for figure in (ledger.start, ledger.new, ledger.reactivated, ledger.lost, ledger.end)
    )
    assert start + new + returned - lost == end
    assert ledger.growth.value == end - start


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_reasons_add_up_to_the_lost_customers(page_of: PageOf, audience: str) -> None:
    losses = page_of(audience, "reasons").contexts[0].losses
    lost = page_of(audience, "cover").contexts[0].ledger.lost.value
    assert losses.lost.value == lost == losses.voluntary.value + losses.involuntary.value
    assert losses.lines[-1].running_share.value == pytest.approx(1)
    assert losses.trend_total[-1].value == lost
    assert sum(figure.value for figure in losses.trend_total) == losses.year_total.value


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_clearing_of_the_data_adds_up(page_of: PageOf, audience: str) -> None:
    received = page_of(audience, "data").contexts[0].received
    for rows in (*(line.rows for line in received.lines), received.rows):
        parts = (rows.admitted, rows.quarantined, rows.superseded, rows.exact_duplicates, rows.deleted)
        assert rows.landed.value == sum(part.value for part in parts)
