"""RFM segments: how customers part by how lately, how often and for how much they order.

Add here: a further cut of the segments. Keep out: how a segment is made (the marts), and sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from reports.charts.chart import DataTable
from reports.context.history import grouped
from reports.figures import Figure, Row, total
from reports.marts import Marts, months_before
from reports.narrative.labels import label
from reports.narrative.loyalty import RFM_MEANINGS, RFM_SEGMENTS
from reports.run import ReportRun
from reports.text import Text

MODEL = "rpt_rfm"
HISTORY_MONTHS, HEAT_STEPS = 12, 9


@dataclass(frozen=True, slots=True)
class RfmLine:
    """One segment: share of the scored customers and of their revenue of 12 months (0–1), and whom it kept.

    size: customers who began the month in the segment, the base of the rate.
    """

    segment: str
    label: str
    customers: Figure
    customer_share: Figure
    revenue: Figure
    revenue_share: Figure
    rate: Figure
    low: Figure
    high: Figure
    size: Figure

    @property
    def gives_more(self) -> bool:
        """Whether the segment's share of revenue exceeds its share of customers."""
        return (self.revenue_share.amount or 0.0) >= (self.customer_share.amount or 0.0)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a segment is, in words."""

    label: str
    meaning: str


def meanings(text: Text) -> tuple[Meaning, ...]:
    """Every segment and what it is, from the best to those that are gone."""
    return tuple(Meaning(text.gettext(RFM_SEGMENTS[code]), text.gettext(said)) for code, said in RFM_MEANINGS.items())


@dataclass(frozen=True, slots=True)
class RfmMonths:
    """One segment's customers in each of the last months, oldest first; heat 0 (none) to 9 (most)."""

    label: str
    customers: tuple[Figure, ...]
    heat: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rfm:
    """The segments from the best to those that are gone; `end` is where the drawing ends, a share 0–1."""

    lines: tuple[RfmLine, ...]
    customers: Figure
    revenue: Figure
    end: float
    months: tuple[date, ...]
    history: tuple[RfmMonths, ...]

    def at(self, share: Figure) -> float:
        """Where a share lies in the drawing, in per cent of its width; a negative one at its start."""
        return round(100 * max(share.amount or 0.0, 0.0) / self.end, 2)

    def of(self, *segments: str) -> tuple[RfmLine, ...]:
        """The lines of some segments, as far as they have customers."""
        return tuple(line for line in self.lines if line.segment in segments)

    @property
    def has_hidden(self) -> bool:
        """Whether a segment is too small to be shown."""
        return any(not line.customers.known for line in self.lines)

    @property
    def table(self) -> DataTable:
        """The segments as data."""
        names = ("segment", "customers", "customer_share", "revenue_12_months", "revenue_share")
        rows = tuple(
            (line.label, line.customers, line.customer_share, line.revenue, line.revenue_share, line.rate, line.low,
             line.high, line.size)
            for line in self.lines
        )  # fmt: skip
        return DataTable((*names, "retention", "retention_low", "retention_high", "at_start"), rows)

    @property
    def history_table(self) -> DataTable:
        """Customers by segment and month as data."""
        rows = (
            (month, line.label, line.customers[at]) for at, month in enumerate(self.months) for line in self.history
        )
        return DataTable(("month", "segment", "customers"), tuple(rows))


def load_rfm(marts: Marts, run: ReportRun, text: Text) -> Rfm | None:
    """The month's segments and the twelve months up to it; None where nobody is scored."""
    rows = marts.read(MODEL, months=HISTORY_MONTHS)
    current = sorted((row for row in rows if row.day("period_start") == run.month_start), key=_by_place)
    if not any(row["customers"] or row["is_suppressed"] for row in current):
        return None
    lines = tuple(_line(row, text) for row in current if row["customers"] != 0)
    shares = [figure.amount or 0.0 for line in lines for figure in (line.customer_share, line.revenue_share)]
    months = tuple(months_before(run.month_start, back) for back in range(HISTORY_MONTHS - 1, -1, -1))
    months = tuple(month for month in months if any(row.day("period_start") == month for row in rows))
    return Rfm(
        lines=lines,
        customers=_scored(lines, current),
        revenue=total(*(line.revenue for line in lines)),
        end=max(ceil(10 * max(shares, default=1.0) - 1e-9), 1) / 10,
        months=months,
        history=_history(rows, months, text),
    )


def _scored(lines: Sequence[RfmLine], rows: Sequence[Row]) -> Figure:
    """Everybody who is scored, as the marts know it where a small segment is withheld."""
    known = [row.figure("customer_share_denominator") for row in rows if row["customer_share_denominator"] is not None]
    return known[0] if known else total(*(line.customers for line in lines))


def _history(rows: Sequence[Row], months: Sequence[date], text: Text) -> tuple[RfmMonths, ...]:
    """Every segment that had customers in one of the months; nothing for less than three of them."""
    if len(months) < 3:
        return ()
    segments = grouped(sorted(rows, key=_by_place), "rfm_segment")
    most = max((row.figure("customers").amount or 0 for row in rows), default=0)
    found = []
    for segment, members in segments.items():
        counts = tuple(total(*(r.figure("customers") for r in members if r.day("period_start") == m)) for m in months)
        if any(figure.amount for figure in counts):
            heat = tuple(_heat(figure, most) for figure in counts)
            found.append(RfmMonths(label(text, RFM_SEGMENTS, str(segment)), counts, heat))
    return tuple(found)


def _heat(figure: Figure, most: float) -> int:
    amount = figure.amount
    return max(1, round(HEAT_STEPS * amount / most)) if amount and most else 0


def _line(row: Row, text: Text) -> RfmLine:
    return RfmLine(
        row.text("rfm_segment"),
        label(text, RFM_SEGMENTS, row.text("rfm_segment")),
        row.figure("customers"),
        row.figure("customer_share"),
        row.figure("revenue_12m"),
        row.figure("revenue_share"),
        row.figure("retention_rate"),
        row.figure("retention_low"),
        row.figure("retention_high"),
        row.figure("retention_denominator"),
    )


def _by_place(row: Row) -> tuple[int, str]:
    """The order in which the segments are named; a company's own ones come last."""
    names, segment = list(RFM_SEGMENTS), row.text("rfm_segment")
    return names.index(segment) if segment in names else len(names), segment
