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
    """Hand-made rows in place of the marts: values of one metric by month, and a target."""

    def __init__(self, metric: Metric, values: dict[str, float | None], target: float | None = None) -> None:
        self.metric, self.values, self.target = metric, values, target

    def read(self, model: str, *, months: int, **equal: str) -> tuple[Row, ...]:
        """One row per month."""
        columns = (self.metric.column, self.metric.low, self.metric.high, self.metric.test_low, self.metric.test_high,
                   self.metric.size)  # fmt: skip
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
