"""Causes: why retention moved, as far as the data say: rates against weights, reasons, what the score goes with.

Add here: a further cause that the marts know. Keep out: sentences (reports/narrative/causes.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.context.segments import CUTS, load_effects
from reports.figures import Figure, Row, total
from reports.marts import Marts
from reports.narrative.labels import REASONS, SCOPE_TYPES, label
from reports.text import Text
from reports.verdicts import Change, Verdicts, load_verdicts

DRIVERS = "rpt_drivers"


@dataclass(frozen=True, slots=True)
class Mix:
    """The change of the whole since last month, by one attribute: through the segments' rates and their weights."""

    attribute: str
    rate_effect: Figure
    mix_effect: Figure
    change: Figure


@dataclass(frozen=True, slots=True)
class Reason:
    """Customers lost for one reason in the month; share of all lost, MRR in the base currency.

    versus_year: its share against a year ago. width: of its bar, 0-1, the largest share filling the column.
    """

    category: str
    label: str
    lost: Figure
    share: Figure
    mrr: Figure
    width: float
    versus_year: Change


@dataclass(frozen=True, slots=True)
class Driver:
    """What the recommendation score goes with most, and over how many answers of twelve months."""

    name: str
    answers: Figure


def load_mix(marts: Marts, text: Text) -> Mix | None:
    """The attribute whose changed weights moved the whole most; None where no month before can be compared."""
    found = [mix for cut in CUTS if (mix := _mix(marts, text, cut)) is not None]
    return max(found, key=lambda mix: abs(mix.mix_effect.amount or 0.0), default=None)


def load_reasons(marts: Marts, text: Text) -> tuple[Reason, ...]:
    """The month's reasons, the most frequent first; reasons nobody gave this month are left out."""
    rows = marts.read("rpt_churn_reasons", months=1)
    verdicts = load_verdicts(marts)
    largest = max((row.figure("share").amount or 0 for row in rows), default=0) or 1
    reasons = [_reason(text, row, largest, verdicts) for row in rows if row["lost_customers"]]
    return tuple(sorted(reasons, key=lambda reason: (-(reason.lost.amount or 0), reason.category)))


def load_driver(marts: Marts) -> Driver | None:
    """The driver in the first place of the recommendation survey; None where none is ranked."""
    if not marts.is_delivered("survey_answers"):
        return None
    rows = marts.read(DRIVERS, months=1, survey_type="nps", is_ranked=True, driver_rank=1)
    return Driver(rows[0].text("driver"), rows[0].figure("answers")) if rows else None


def _mix(marts: Marts, text: Text, cut: str) -> Mix | None:
    rows = tuple(load_effects(marts, cut).values())
    parts = [total(*(row.figure(name) for row in rows)) for name in ("rate_effect", "mix_effect")]
    if len(rows) < 2 or not all(part.known for part in parts):
        return None
    return Mix(label(text, SCOPE_TYPES, cut), parts[0], parts[1], rows[0].figure("whole_change"))


def _reason(text: Text, row: Row, largest: float, verdicts: Verdicts) -> Reason:
    category = row.text("reason_category")
    detail = f"{category} (involuntary)" if row.flag("is_involuntary") else category
    return Reason(
        category,
        label(text, REASONS, category),
        row.figure("lost_customers"),
        row.figure("share"),
        row.figure("lost_mrr"),
        (row.figure("share").amount or 0) / largest,
        verdicts.of("reason_share", "year_ago", detail),
    )
