"""The satisfaction and service pages in every language: one sheet each, filled, nothing outside or on anything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.run import ReportRun
from tests.integration.report_pages.boxes import BOTTOM, LEFT, RIGHT, filled_to, placed_on
from tests.integration.report_pages.laying_out import make
from tests.mart_tables import MartRow
from tests.unit.reports_machine.runs import HUNGARY, POLAND, RUN
from tests.voice_marts import YEAR, case_row, service_models, survey_models, write

LONG = "Ügyfélkapcsolat-menedzsment és kiskereskedelmi partnerszolgáltatások " * 4
# The widest figures that the tiles and cells must hold.
WIDE: dict[str, Any] = {"first_contact_rate": 1.0, "complaints_per_100": 100.0, "first_response_hours_median": 1234.5}


def widest() -> list[MartRow]:
    """Service cases with the widest figures and names of 300 characters."""
    names = [f"{LONG}{at}" for at in range(12)]
    cut = [
        case_row(breakdown=kind, value=name, cases=1000, **YEAR) for kind in ("channel", "category") for name in names
    ]
    return [case_row(**WIDE), *cut]


@pytest.mark.parametrize("run", [RUN, HUNGARY, POLAND], ids=lambda run: run.language)
@pytest.mark.parametrize("is_wide", [False, True], ids=["usual", "widest"])
def test_the_pages_hold_what_is_on_them(tmp_path: Path, run: ReportRun, is_wide: bool) -> None:
    models = {**survey_models(), **service_models()}
    marts = write(tmp_path / "marts.duckdb", models, **({"rpt_service": widest()} if is_wide else {}))
    layout = make(replace(run, audience="board", pages=("satisfaction", "service")), marts).layout
    assert dict(layout.pages_of) == {"satisfaction": 1, "service": 1}
    for page in range(layout.page_count):
        items = placed_on(layout, page)
        assert [i for i in items if i.left < LEFT - 0.6 or i.right > RIGHT + 0.6 or i.bottom > BOTTOM + 0.6] == []
        assert [(a.what, b.what) for at, a in enumerate(items) for b in items[at + 1 :] if a.touches(b)] == []
        assert filled_to(layout, page) > 0.75
