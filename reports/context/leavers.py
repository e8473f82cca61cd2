"""Who left soon after joining, whom they left for, and who left without a word: three small tables of the year to date.

Add here: a further fact on those who left. Keep out: their reasons (reason_lines.py), and sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures import Figure, Row, counted
from reports.marts import Marts
from reports.narrative import saving as words
from reports.narrative.labels import given_name
from reports.run import ReportRun
from reports.text import Text

MOST_COMPETITORS = 5


@dataclass(frozen=True, slots=True)
class EarlyLine:
    """Customers whose ninetieth day lies in the year: joined, gone by then, and their share (0–1) with interval."""

    label: str
    joined: Figure
    lost: Figure
    rate: Figure
    low: Figure
    high: Figure


@dataclass(frozen=True, slots=True)
class Competitor:
    """Customers who left for one competitor, and their share of those who named any."""

    label: str
    lost: Figure
    share: Figure


@dataclass(frozen=True, slots=True)
class Silent:
    """Who left without a case, a complaint or a contact of their own in the 90 days before; rate 0–1 of all lost."""

    lost: Figure
    silent: Figure
    rate: Figure
    low: Figure
    high: Figure


@dataclass(frozen=True, slots=True)
class Leavers:
    """What of the three is known; competitors_left: how many more were named than are listed."""

    early: tuple[EarlyLine, ...]
    competitors: tuple[Competitor, ...]
    competitors_left: Figure
    silent: Silent | None

    @property
    def count(self) -> int:
        """How many of the three there are."""
        return bool(self.early) + bool(self.competitors) + (self.silent is not None)


def load_leavers(marts: Marts, run: ReportRun, text: Text) -> Leavers:
    """The year to date; what was not delivered or happened to nobody is left out."""
    named = _year(marts, run, "rpt_competitors") if marts.is_delivered("cancellation_requests") else ()
    competitors = [row for row in named if row["lost_customers"]]
    competitors.sort(key=lambda row: (-(row.figure("lost_customers").amount or 0), row.text("competitor")))
    return Leavers(
        early=_early(marts, run, text),
        competitors=tuple(
            Competitor(given_name(row.text("competitor")), row.figure("lost_customers"), row.figure("share"))
            for row in competitors[:MOST_COMPETITORS]
        ),
        competitors_left=counted(competitors[MOST_COMPETITORS:], "lost_customers"),
        silent=_silent(marts, run),
    )


def _year(marts: Marts, run: ReportRun, model: str) -> tuple[Row, ...]:
    return marts.read(model, period_type="ytd", period_end=run.month_end)


def _early(marts: Marts, run: ReportRun, text: Text) -> tuple[EarlyLine, ...]:
    joined = _year(marts, run, "rpt_early_life")
    rows = {row.text("onboarding"): row for row in joined if row["early_churn_rate_denominator"]}
    return tuple(
        EarlyLine(
            words.onboarding(text, kind),
            row.figure("joined_customers"),
            row.figure("lost_customers"),
            row.figure("early_churn_rate"),
            row.figure("early_churn_rate_low"),
            row.figure("early_churn_rate_high"),
        )
        for kind in ("all", "with", "without")
        if (row := rows.get(kind)) is not None
    )


def _silent(marts: Marts, run: ReportRun) -> Silent | None:
    rows = _year(marts, run, "rpt_losses")
    if not rows or rows[0]["silent_rate"] is None:
        return None
    row = rows[0]
    names = ("lost_customers", "silent_customers", "silent_rate", "silent_rate_low", "silent_rate_high")
    return Silent(*(row.figure(name) for name in names))
