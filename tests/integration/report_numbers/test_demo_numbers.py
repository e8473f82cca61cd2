"""The delivered PDFs of the demo company: every number in them is a figure, every figure its mart's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pypdfium2
import pytest

from orchestration.checks import read_checks
from orchestration.reporting import report_run
from reports.figures import Figure
from tests.integration.report_numbers.looking_up import Marts, fault_of
from tests.integration.report_numbers.reading import figures_of, known_numbers, numbers_in, read_page, without_exempt
from tests.pipeline import DemoRun

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]
MONTH = "2024-12"


@pytest.mark.parametrize("name", ["board", "hungary", "poland", "service"])
def test_the_delivered_report_says_nothing_but_its_marts(demo_run: DemoRun, tmp_path: Path, name: str) -> None:
    settings = demo_run.settings
    audience = next(audience for audience in settings.audiences if audience.name == name)
    run = report_run(settings, audience, MONTH, 1, read_checks(settings.published_dir / "checks.json"))
    page = read_page(run, demo_run.marts)
    known = known_numbers(page)
    delivered = _text_of(settings.reports_dir / MONTH / f"{name}.pdf")
    assert delivered == page.text, "the delivered file is not the one these marts and this code make"
    assert [number for number in numbers_in(without_exempt(delivered), known) if number not in known] == []

    looked_up = Marts(Path(shutil.copyfile(demo_run.marts, tmp_path / "marts.duckdb")))
    shown = [said.shown for said in page.heard if isinstance(said.shown, Figure)]
    faults = {fault for figure in (*shown, *figures_of(page.contexts)) if (fault := fault_of(figure, looked_up, run))}
    assert len(shown) > 500
    assert faults == set()
    # Reasons and risk may take a second sheet.
    assert len(page.contexts) <= page.sheets <= 13


def _text_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
