"""One made-up company and its three audiences, for tests of the numbers and words of a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from reports.run import CheckLine, ReportRun
from tests.integration.report_numbers.reading import Page, read_page
from tests.reports_world import WORLD_PAGES, build_world

CHECKS = (
    *(CheckLine(f"check_{number}", "rpt_retention", "pass", 0, "") for number in range(17)),
    CheckLine("orders_are_fresh", "int_orders_admitted", "warn", 3, "3 rows are older than expected"),
)
AUDIENCES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "board": ("en", "All customers", ()),
    "hungary": ("hu", "Magyarország", ("HU",)),
    "poland": ("pl", "Polska", ("PL",)),
}


def run_of(audience: str, pages: tuple[str, ...] = WORLD_PAGES, *, accent: str | None = None) -> ReportRun:
    """The run of one audience for the made-up company's last month."""
    language, title, countries = AUDIENCES[audience]
    return ReportRun(
        company_name="Fernhill Supply",
        report="retention",
        audience=audience,
        title=title,
        language=language,
        filter={"country": countries} if countries else {},
        pages=pages,
        accent=accent,
        month="2024-12",
        edition=1,
        as_of=date(2025, 1, 3),
        snapshot_hash="a3f1c9d2e4b56789" * 4,
        version="0.1.0",
        base_currency="EUR",
        time_zone="Europe/Budapest",
        activity_rule="either",
        order_window_days=90,
        min_group_size=5,
        checks=CHECKS,
    )


@pytest.fixture(scope="session")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up company's published marts. Read only."""
    return build_world(tmp_path_factory.mktemp("numbers") / "marts.duckdb")


@pytest.fixture(scope="session")
def page_of(marts: Path) -> Callable[[str, str], Page]:
    """One page of one audience, rendered once a session."""

    @cache
    def page(audience: str, page_id: str) -> Page:
        return read_page(run_of(audience, (page_id,)), marts)

    return page
