"""How each metric of the cover is printed and compared."""

from __future__ import annotations

from datetime import date

import pytest

from reports.context.metrics import METRICS, Metric, Point, load_measure
from reports.figures import Row
from reports.narrative.labels import METRICS as LABELS
from reports.run import ReportRun
from tests.unit.reports_text.small import measure, of, plain, words

RUN = ReportRun("F", "retention", "board", "All", "en", {}, ("cover",), None, "2024-12", 1, date(2025, 1, 3), "a" * 64,
                "0.1.0", "EUR", "Europe/Budapest", "either", 90, 5)  # fmt: skip


class FewMarts:
    """Hand-made rows in place of the marts: values of one metric by month, a target, and verdicts on it."""

    def __init__(
        self, metric: Metric, values: dict[str, float | None], target: float | None = None, **verdicts: str
    ) -> None:
        self.metric, self.values, self.target, self.verdicts = metric, values, target, verdicts

    def read(self, model: str, *, months: int, scope_type: str = "audience", **equal: str) -> tuple[Row, ...]:
        """One row per month; of rpt_verdicts one per comparison."""
        if model == "rpt_verdicts":
            return tuple(self._verdict(comparison, verdict) for comparison, verdict in self.verdicts.items())
        columns = (self.metric.column, self.metric.low, self.metric.high, self.metric.size)
        return tuple(
            Row(model, (("period_start", day),), {"period_start": day, **dict.fromkeys(filter(None, columns), value)})
            for month, value in self.values.items()
            for day in (date.fromisoformat(f"{month}-01"),)
        )

    def targets(self, metric: str, months: int) -> tuple[Row, ...]:
        """The target of the run's month."""
        if self.target is None:
            return ()
        day = date(2024, 12, 1)
        return (Row("rpt_targets", (("period_start", day),), {"period_start": day, "target_value": self.target}),)

    def _verdict(self, comparison: str, verdict: str) -> Row:
        values = {
            "metric": self.metric.tested or self.metric.name,
            "comparison": comparison,
            "detail": "",
            "scope_value": "board",
        }
        bounds = {"difference": 0.5, "difference_low": 0.25, "difference_high": 0.75}
        return Row("rpt_verdicts", (), {**values, **bounds, "verdict": verdict})


def metric_of(name: str) -> Metric:
    return next(metric for metric in METRICS if metric.name == name)


@pytest.mark.parametrize(
    ("name", "value", "change", "expected"),
    [
        ("retention_rate", 0.978, -0.012, ("97.8 %", "−1.2 pp")),
        ("churn_rate", 0.0253, 0.0115, ("2.53 %", "+1.15 pp")),
        ("nps", 37.7, -2.6, ("37.7", "−2.6")),
        ("mrr_end", 243123, 0.027, ("€ 243 k", "+2.7 %")),
        ("aov", 81.37, -0.05, ("€ 81.37", "−5.0 %")),
        ("purchase_frequency", 3.85, 0.03, ("3.85", "+0.03")),
        ("resolution_hours", 14.1, -4.12, ("14.1 h", "−4.1 h")),
    ],
)
def test_values_and_changes_as_printed(name: str, value: float, change: float, expected: tuple[str, str]) -> None:
    metric, f = metric_of(name), words().f
    assert (plain(metric.value_text(f, of(value))), plain(metric.change_text(f, of(change)))) == expected


def test_the_unit_is_set_small_only_where_there_is_a_value() -> None:
    f = words().f
    assert metric_of("nrr").large_text(f, of(0.99)) == ("99.0", "%")
    assert metric_of("nrr").large_text(f, of(None)) == ("n/a", "")
    assert metric_of("mrr_end").large_text(f, of(None)) == ("n/a", "")


def test_an_amount_changes_in_per_cent_of_what_it_was() -> None:
    metric = metric_of("mrr_end")
    found = load_measure(FewMarts(metric, {"2024-12": 110.0, "2024-11": 100.0, "2023-12": 200.0}, 220.0), RUN, metric)  # type: ignore[arg-type]
    changes = [found.versus_month, found.versus_year, found.versus_target]
    assert [change.difference.amount for change in changes] == pytest.approx([0.1, -0.45, -0.5])
    assert [change.state for change in changes] == [
        "bad" if change is found.versus_target else "none" for change in changes
    ]


MONTHS: dict[str, float | None] = {"2024-12": 0.96, "2024-11": 0.98, "2023-12": 0.95}


def test_retention_stands_under_its_verdict_and_shows_its_own_difference() -> None:
    metric = metric_of("retention_rate")
    found = load_measure(FewMarts(metric, MONTHS, previous="down", year_ago="none"), RUN, metric)  # type: ignore[arg-type]
    month, year = found.versus_month, found.versus_year
    assert (month.verdict, month.state, year.verdict, year.state) == ("down", "bad", "none", "none")
    assert month.difference.amount == pytest.approx(-0.02)
    assert (month.low.value, month.high.value) == (0.25, 0.75)


def test_churn_is_the_mirror_of_retention() -> None:
    metric = metric_of("churn_rate")
    values: dict[str, float | None] = {"2024-12": 0.04, "2024-11": 0.02, "2023-12": 0.05}
    found = load_measure(FewMarts(metric, values, previous="down", year_ago="up"), RUN, metric)  # type: ignore[arg-type]
    month, year = found.versus_month, found.versus_year
    assert (month.verdict, month.state, year.verdict, year.state) == ("up", "bad", "down", "good")
    assert (month.low.value, month.high.value) == (-0.75, -0.25)


def test_a_difference_that_is_seen_to_rise_is_not_called_a_fall() -> None:
    metric = metric_of("retention_rate")
    found = load_measure(FewMarts(metric, {"2024-12": 0.98, "2024-11": 0.97}, previous="down"), RUN, metric)  # type: ignore[arg-type]
    assert (found.versus_month.verdict, found.versus_month.state) == ("none", "none")


def test_a_sum_is_never_called_up() -> None:
    metric = metric_of("mrr_end")
    found = load_measure(FewMarts(metric, {"2024-12": 200.0, "2024-11": 100.0}, previous="up"), RUN, metric)  # type: ignore[arg-type]
    assert (found.versus_month.verdict, found.versus_month.difference.amount) == ("untested", 1.0)


@pytest.mark.parametrize(("target", "state"), [(0.9784, "good"), (0.9786, "bad"), (0.97, "good"), (None, "none")])
def test_a_gap_that_prints_as_nothing_is_a_target_reached(target: float | None, state: str) -> None:
    metric = metric_of("retention_rate")
    found = load_measure(FewMarts(metric, {"2024-12": 0.978}, target), RUN, metric)  # type: ignore[arg-type]
    assert found.versus_target.state == state


def test_months_without_a_row_stay_empty() -> None:
    metric = metric_of("retention_rate")
    found = load_measure(FewMarts(metric, {"2024-10": 0.9}), RUN, metric)  # type: ignore[arg-type]
    assert [item.value for item in found.series[-3:]] == [0.9, None, None]
    assert found.months[-1] == date(2024, 12, 1)
    assert (found.now.value, found.versus_month.verdict, found.last_month.value) == (None, "untested", None)


def test_every_metric_has_a_label() -> None:
    assert {metric.name for metric in METRICS} <= set(LABELS)


def test_a_point_holds_its_month() -> None:
    assert isinstance(measure().history[0], Point)
