"""Signals of customers at risk, and the matrix of value against risk: the figures of page 6 but for its list.

Add here: a further cut of the signals. Keep out: the list (at_risk.py), the page (risk.py), and sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.chart import DataTable
from reports.context.history import absent
from reports.figures import Figure, Row, share, total
from reports.marts import Marts
from reports.narrative.labels import label
from reports.narrative.risk import SIGNALS
from reports.text import Text

THIRDS, BANDS = ("top", "middle", "rest"), ("3+", "2", "1", "0")
HEAT_STEPS = 9
ANY = "any"


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One signal: who shows it (rate 0–1 of all active customers), what is at stake; width of its bar 0–1.

    unlisted: of the customers, those who must not be contacted.
    """

    signal: str
    label: str
    customers: Figure
    unlisted: Figure
    value: Figure
    rate: Figure
    low: Figure
    high: Figure
    width: float


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers of one third of value with so many signals; offers: made in 12 months, accepted: share of them;

    heat 0 (none) to 9 (most at stake, with a signal).."""

    value_third: str
    risk_band: str
    customers: Figure
    value: Figure
    accepted: Figure
    offers: Figure
    heat: int

    @property
    def is_first(self) -> bool:
        """Whether to start here: customers of the top third with two signals or more."""
        return self.value_third == "top" and self.risk_band in ("2", "3+") and bool(self.customers.number)


@dataclass(frozen=True, slots=True)
class Signals:
    """What the words are chosen from. `first`: customers of the top third with two signals or more, and their value.

    whole: everybody with a signal; all_value: what all active customers stand for; watched: the lines, most first;
    switched_off: labels of the signals whose entity was never delivered.
    """

    whole: SignalLine | None
    all_value: Figure
    value_share: Figure
    watched: tuple[SignalLine, ...]
    switched_off: tuple[str, ...]
    first: Figure
    first_value: Figure


def load_signals(rows: Sequence[Row], matrix: Sequence[Sequence[Cell]], text: Text) -> Signals:
    """The month's signals, the most frequent first; those that nobody could show are named apart."""
    most = max((row.figure("customers").amount or 0 for row in rows if row["signal"] != ANY), default=0)
    watched = [row for row in rows if row["signal"] != ANY and row.flag("is_available")]
    off = [row for row in rows if row["signal"] != ANY and not row.flag("is_available")]
    whole = next((_signal(row, text, most) for row in rows if row["signal"] == ANY), None)
    cells = [cell for line in matrix for cell in line]
    first = [cell for cell in cells if cell.is_first]
    all_value = total(*(cell.value for cell in cells))
    return Signals(
        whole=whole,
        all_value=all_value,
        value_share=share(whole.value, all_value) if whole else absent("rpt_risk_signals", "value_at_stake"),
        watched=tuple(sorted((_signal(row, text, most) for row in watched), key=_by_customers)),
        switched_off=tuple(label(text, SIGNALS, row.text("signal")) for row in off),
        first=total(*(cell.customers for cell in first)),
        first_value=total(*(cell.value for cell in first)),
    )


def load_matrix(marts: Marts) -> tuple[tuple[Cell, ...], ...]:
    """Thirds of value downwards, signals from the most to none; nothing where the month has no matrix."""
    rows = {(row["value_third"], row["risk_band"]): row for row in marts.read("rpt_value_risk", months=1)}
    if not rows:
        return ()
    risky = [row.figure("value_at_stake").amount or 0 for (_, band), row in rows.items() if band != "0"]
    most = max(risky, default=0)
    return tuple(tuple(_cell(rows[third, band], most) for band in BANDS) for third in THIRDS)


def tables_of(signals: Signals, matrix: Sequence[Sequence[Cell]]) -> dict[str, DataTable]:
    """Signals and matrix as data."""
    lines = (*signals.watched, *([signals.whole] if signals.whole else []))
    rows = tuple(
        (line.label, line.customers, line.unlisted, line.value, line.rate, line.low, line.high) for line in lines
    )
    names = ("signal", "customers", "not_to_be_contacted", "value_at_stake", "share", "share_low", "share_high")
    found = {"signals": DataTable(names, rows)}
    cells = tuple(
        (cell.value_third, cell.risk_band, cell.customers, cell.value, cell.accepted)
        for line in matrix
        for cell in line
    )
    if cells:
        columns = ("value_third", "signals", "customers", "value_at_stake", "offers_accepted_share")
        found["value_risk"] = DataTable(columns, cells)
    return found


def _cell(row: Row, most: float) -> Cell:
    value = row.figure("value_at_stake")
    amount = value.amount or 0
    heat = 0
    if row["risk_band"] != "0" and row["customers"] and most > 0:
        heat = max(1, round(HEAT_STEPS * amount / most))
    return Cell(
        row.text("value_third"),
        row.text("risk_band"),
        row.figure("customers"),
        value,
        row.figure("accepted_rate"),
        row.figure("accepted_rate_denominator"),
        heat,
    )


def _signal(row: Row, text: Text, most: float) -> SignalLine:
    return SignalLine(
        row.text("signal"),
        label(text, SIGNALS, row.text("signal")),
        row.figure("customers"),
        row.figure("unlisted_customers"),
        row.figure("value_at_stake"),
        row.figure("at_risk_rate"),
        row.figure("at_risk_rate_low"),
        row.figure("at_risk_rate_high"),
        (row.figure("customers").amount or 0) / most if most else 0.0,
    )


def _by_customers(line: SignalLine) -> tuple[float, str]:
    return -(line.customers.amount or 0), line.signal
