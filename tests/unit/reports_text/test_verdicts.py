"""A difference is called up or down where rpt_verdicts says so, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.marts import open_marts
from reports.verdicts import HIGHER_IS_BETTER, Change, against_target, load_verdicts, state_of, verdict_of
from tests.mart_tables import CellValue, MartRow, make_marts, scoped
from tests.unit.reports_machine.runs import RUN
from tests.unit.reports_text.small import of


def judged(metric: str, comparison: str = "previous", detail: str = "", **values: CellValue) -> MartRow:
    """A row of rpt_verdicts for the board's December 2024."""
    key: dict[str, CellValue] = {"metric": metric, "comparison": comparison, "detail": detail, "is_suppressed": False}
    return {**scoped(), **key, **values}


def changes(tmp_path: Path, *rows: MartRow, **asked: str) -> Change:
    with open_marts(make_marts(tmp_path / "marts.duckdb", {"rpt_verdicts": rows}), RUN) as marts:
        return verdict_of(marts, **{"metric": "nrr", "comparison": "previous", **asked})  # type: ignore[arg-type]


def test_the_verdict_the_difference_and_its_interval_are_read(tmp_path: Path) -> None:
    row = judged("nrr", difference=-0.02, difference_low=-0.03, difference_high=-0.01, verdict="down")
    found = changes(tmp_path, row, judged("nrr", "year_ago", verdict="up"), judged("grr", verdict="up"))
    assert (found.verdict, found.state) == ("down", "bad")
    assert [figure.value for figure in (found.difference, found.low, found.high)] == [-0.02, -0.03, -0.01]


def test_the_detail_tells_surveys_apart(tmp_path: Path) -> None:
    rows = [judged("csat", detail="csat", verdict="none"), judged("csat", detail="ces", verdict="up")]
    found = changes(tmp_path, *rows, metric="csat", detail="csat")
    assert found.verdict == "none"


def test_a_segment_has_its_own_verdict(tmp_path: Path) -> None:
    rows = [
        judged("nrr", "rest", scope_type="country", scope_value=name, verdict=verdict)
        for name, verdict in (("HU", "up"), ("PL", "down"))
    ]
    with open_marts(make_marts(tmp_path / "marts.duckdb", {"rpt_verdicts": rows}), RUN) as marts:
        found = load_verdicts(marts, "country")
        assert [found.of("nrr", "rest", scope_value=name).verdict for name in ("HU", "PL", "CZ")] == [
            "up",
            "down",
            "untested",
        ]


@pytest.mark.parametrize(
    "row",
    [
        judged("nrr", verdict=None, is_suppressed=True),
        judged("nrr", verdict="untested"),
        judged("grr", verdict="up"),
        {**judged("nrr", verdict="up"), **scoped("2024-11")},
        {**judged("nrr", verdict="up"), **scoped(audience="hungary")},
    ],
)
def test_what_is_withheld_elsewhere_or_not_there_is_untested(tmp_path: Path, row: MartRow) -> None:
    found = changes(tmp_path, row)
    assert (found.verdict, found.state) == ("untested", "none")


def test_a_reason_named_more_often_is_neither_good_nor_bad(tmp_path: Path) -> None:
    row = judged("reason_share", detail="price", difference=0.2, verdict="up")
    found = changes(tmp_path, row, metric="reason_share", detail="price")
    assert (found.verdict, found.state) == ("up", "none")


def test_every_compared_figure_has_a_better_side() -> None:
    macro = Path("dbt_project/macros/comparisons.sql").read_text(encoding="utf-8")
    compared = {line.split("'")[3] for line in macro.splitlines() if line.strip().startswith("'metric':")}
    assert compared == set(HIGHER_IS_BETTER)


@pytest.mark.parametrize(
    ("verdict", "higher_is_better", "state"),
    [("up", True, "good"), ("up", False, "bad"), ("down", True, "bad"), ("down", False, "good"), ("none", True, "none"),
     ("untested", True, "none"), ("up", None, "none")],
)  # fmt: skip
def test_states(verdict: str, higher_is_better: bool | None, state: str) -> None:
    assert state_of(verdict, higher_is_better) == state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "target", "higher_is_better", "state"),
    [(0.98, 0.97, True, "good"), (0.97, 0.97, True, "good"), (0.96, 0.97, True, "bad"), (0.02, 0.03, False, "good"),
     (0.03, 0.03, False, "good"), (0.04, 0.03, False, "bad"), (0.04, None, True, "none"), (None, 0.04, True, "none")],
)  # fmt: skip
def test_a_target_is_reached_or_missed(now: float, target: float, higher_is_better: bool, state: str) -> None:
    assert against_target(of(now), of(target), higher_is_better).state == state
