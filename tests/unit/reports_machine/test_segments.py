"""The table by segment and the losses by cause, from hand-made marts: what is marked, moved, hidden and left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from reports.context.losses import load_losses, losses_chart
from reports.context.segments import CUTS, SegmentGroup, load_groups, segments_table
from reports.marts import Marts, open_marts
from reports.narrative import retention as words
from reports.run import ReportRun
from reports.text import text_for
from tests.mart_tables import MartRow, make_marts, received, scoped
from tests.unit.reports_machine.helpers import figure
from tests.unit.reports_machine.runs import RUN

TEXT = text_for("en", "EUR")


def segment(scope_type: str, value: str, start: int, lost: int, **more: object) -> MartRow:
    rate = (start - lost) / start
    figures = {"customers_start": start, "lost_customers": lost, "retention_rate": rate, "is_suppressed": False, **more}
    return scoped(scope_type=scope_type, scope_value=value, **figures)  # type: ignore[arg-type]


def mix(scope_type: str, value: str, rate: float | None, weight: float | None) -> MartRow:
    return scoped(
        scope_type=scope_type, scope_value=value, compared_with="previous", rate_effect=rate, mix_effect=weight
    )


def versus_rest(value: str, verdict: str) -> MartRow:
    return scoped(
        scope_type="plan", scope_value=value, metric="retention_rate", detail="", comparison="rest", verdict=verdict
    )


@contextmanager
def opened(path: Path, models: Mapping[str, Sequence[MartRow]], run: ReportRun = RUN) -> Iterator[Marts]:
    empty: Mapping[str, Sequence[MartRow]] = dict.fromkeys(
        ("rpt_retention", "rpt_rate_mix", "rpt_verdicts", "rpt_churn_reasons"), ()
    )
    made = make_marts(path / "marts.duckdb", {**empty, "rpt_data_received": received("contracts"), **models})
    with open_marts(made, run) as marts:
        yield marts


def groups_of(path: Path, models: Mapping[str, Sequence[MartRow]], room: int = 20) -> tuple[SegmentGroup, ...]:
    with opened(path, models) as marts:
        return load_groups(marts, TEXT, room)


def test_every_attribute_has_its_lines(tmp_path: Path) -> None:
    rows = [segment(cut, value, 100, 5) for cut in CUTS for value in ("a", "b")]
    assert [group.scope_type for group in groups_of(tmp_path, {"rpt_retention": rows})] == list(CUTS)


def test_a_segment_is_marked_by_its_verdict_against_the_rest(tmp_path: Path) -> None:
    plans = [segment("plan", "Basic", 100, 9), segment("plan", "Plus", 100, 1), segment("plan", "Pro", 100, 4)]
    verdicts = [versus_rest("Basic", "down"), versus_rest("Plus", "up"), versus_rest("Pro", "none")]
    (group,) = groups_of(tmp_path, {"rpt_retention": plans, "rpt_verdicts": verdicts})
    assert [(line.label, line.versus_rest.state) for line in group.lines] == [
        ("Basic", "bad"), ("Pro", "none"), ("Plus", "good"),
    ]  # fmt: skip


def test_effects_stand_beside_their_segment_and_add_up(tmp_path: Path) -> None:
    plans = [segment("plan", "Basic", 100, 9), segment("plan", "Plus", 100, 1)]
    effects = [mix("plan", "Basic", -0.012, 0.001), mix("plan", "Plus", 0.002, -0.003)]
    (group,) = groups_of(tmp_path, {"rpt_retention": plans, "rpt_rate_mix": effects})
    assert [line.rate_effect.value for line in group.lines] == [-0.012, 0.002]
    assert group.rate_effect.value == pytest.approx(-0.010)
    assert group.mix_effect.value == pytest.approx(-0.002)
    assert group.has_effects


def test_a_hidden_effect_hides_the_sum(tmp_path: Path) -> None:
    plans = [segment("plan", "Basic", 100, 9), segment("plan", "Plus", 100, 1)]
    effects = [mix("plan", "Basic", -0.012, 0.001), mix("plan", "(small groups)", None, None)]
    (group,) = groups_of(tmp_path, {"rpt_retention": plans, "rpt_rate_mix": effects})
    assert not group.has_effects
    assert not group.lines[1].rate_effect.known


def test_without_a_month_before_no_effect_is_promised(tmp_path: Path) -> None:
    plans = [segment("plan", "Basic", 100, 9), segment("plan", "Plus", 100, 1)]
    groups = groups_of(tmp_path, {"rpt_retention": plans})
    assert "Last columns" not in words.segments_subtitle(TEXT, groups, figure(0.95))


@pytest.mark.parametrize(("value", "name"), [("1", "1 month"), ("12", "12 months"), ("rolling", "rolling")])
def test_a_term_is_told_in_months(tmp_path: Path, value: str, name: str) -> None:
    terms = [segment("term", value, 100, 2), segment("term", "(none)", 100, 9)]
    (group,) = groups_of(tmp_path, {"rpt_retention": terms})
    assert group.lines[1].label == name


def test_the_largest_segments_have_the_room(tmp_path: Path) -> None:
    plans = [segment("plan", f"plan {size}", size, 1) for size in range(10, 50)]
    (group,) = groups_of(tmp_path, {"rpt_retention": plans}, room=3)
    assert {line.label for line in group.lines} == {"plan 49", "plan 48", "plan 47"}
    assert group.left_out.value == 37


def test_the_attached_table_has_the_intervals_that_are_only_drawn(tmp_path: Path) -> None:
    plans = [segment("plan", name, 100, 2, retention_low=0.93, retention_high=0.99) for name in ("Basic", "Plus")]
    table = segments_table(groups_of(tmp_path, {"rpt_retention": plans}))
    assert table.columns[5:7] == ("retention_low", "retention_high")
    assert [cell.value for cell in table.rows[0][5:7]] == [0.93, 0.99]  # type: ignore[union-attr]


def reason(category: str, lost: int, month: str = "2024-12") -> MartRow:
    return scoped(month, reason_category=category, is_involuntary=category == "payment", lost_customers=lost)


def test_failed_payments_are_told_apart(tmp_path: Path) -> None:
    with opened(tmp_path, {"rpt_churn_reasons": [reason("price", 7), reason("payment", 2)]}) as marts:
        losses = load_losses(marts, RUN)
    assert [(m.voluntary.value, m.involuntary.value) for m in losses.months] == [(7, 2)]
    assert "2 were lost to failed payments" in losses_chart(RUN, TEXT, losses).alt


def test_where_no_payment_ever_failed_none_is_counted(tmp_path: Path) -> None:
    with opened(tmp_path, {"rpt_churn_reasons": [reason("price", 7)]}) as marts:
        losses = load_losses(marts, RUN)
    chart = losses_chart(RUN, TEXT, losses)
    assert chart.alt == "Customers lost by month; in the newest 7 left."
    assert "payment" not in chart.svg


def test_where_no_reason_is_known_no_cause_is_promised(tmp_path: Path) -> None:
    with opened(tmp_path, {"rpt_churn_reasons": [reason("unknown", 7), reason("unknown", 3, "2024-11")]}) as marts:
        losses = load_losses(marts, RUN)
    assert words.losses_title(TEXT, losses) == "Lost customers"
    assert "cannot be told apart" in words.losses_note(TEXT, losses)


def test_nobody_lost_needs_no_remark(tmp_path: Path) -> None:
    with opened(tmp_path, {"rpt_churn_reasons": []}) as marts:
        losses = load_losses(marts, RUN)
    assert losses.months == ()
    assert words.losses_note(TEXT, losses) == ""
