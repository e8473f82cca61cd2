"""What the scores mean: what goes with them, who leaves after them, who stays without being content.

Add here: a figure that sets answers against something else. Keep out: the answers themselves (surveys.py), sentences
(reports/narrative/belief.py) and the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.chart import DataTable
from reports.context.contrast import Contrast, Share, contrast, share_of
from reports.figures import Figure, Row, complement, difference
from reports.marts import Marts
from reports.narrative.contact_labels import DRIVERS, contact_label
from reports.text import Text

SHOWN_DRIVERS = 6
_MAIN = ("nps", "csat")
_BANDS = ("at_risk", "satisfied", "advocate")


@dataclass(frozen=True, slots=True)
class Driver:
    """One question beside the score: rank correlation rho (-1 to 1) in 12 months, mean of its answers, how many.

    is_significant: more than chance after correction; is_ranked: enough answers to put drivers in order.
    """

    survey_type: str
    label: str
    rho: Figure
    mean: Figure
    answers: Figure
    is_significant: bool
    is_ranked: bool

    @property
    def width(self) -> float:
        """The strength as a share of the strongest possible, 0-1."""
        return abs(self.rho.amount or 0.0)


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """Customers of one band of a survey, and the share of them gone within three months."""

    survey_type: str
    band: str
    left: Share


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who left after which score, of one survey; bands from at risk up."""

    survey_type: str
    lines: tuple[OutcomeLine, ...]

    def line(self, band: str) -> OutcomeLine | None:
        """The line of a band."""
        return next((line for line in self.lines if line.band == band), None)

    @property
    def gap(self) -> Contrast | None:
        """The at-risk band's share of leavers less the advocates'; None where one of them is not shown."""
        low, high = self.line("at_risk"), self.line("advocate")
        return contrast(low.left, high.left) if low and high else None


@dataclass(frozen=True, slots=True)
class Loyal:
    """Of `retained` customers who answered in 12 months and stayed: loyal ones, captive ones, and the others (0-1)."""

    retained: Figure
    loyal: Share
    captive: Share
    loyal_customers: Figure
    captive_customers: Figure
    between: Figure
    advocates: Share


def load_drivers(marts: Marts, text: Text) -> tuple[Driver, ...]:
    """The drivers of NPS, else of the next survey that has any: significant ones first, strongest first."""
    if not marts.is_delivered("survey_questions"):
        return ()
    rows = [row for row in marts.read("rpt_drivers", months=1) if row["rho"] is not None]
    surveys = sorted({row.text("survey_type") for row in rows}, key=_place)
    shown = [row for row in rows if row["survey_type"] == surveys[0]] if surveys else []
    return tuple(sorted((_driver(text, row) for row in shown), key=_strength)[:SHOWN_DRIVERS])


def load_outcomes(marts: Marts) -> tuple[Outcome, ...]:
    """NPS and CSAT: of the customers of each band, those gone within three months; surveys without any left out."""
    rows = [row for row in marts.read("rpt_score_outcome", months=1) if row["churn_rate"] is not None]
    found = []
    for survey_type in _MAIN:
        of = {row.text("score_band"): row for row in rows if row["survey_type"] == survey_type}
        lines = tuple(OutcomeLine(survey_type, band, share_of(of[band], "churn_rate")) for band in _BANDS if band in of)
        if lines:
            found.append(Outcome(survey_type, lines))
    return tuple(found)


def load_loyal(marts: Marts) -> Loyal | None:
    """Loyal against captive at the month's end; None where nobody answered in the last twelve months."""
    row = marts.newest("rpt_loyal_captive")
    if row is None or row["loyal_share"] is None or row["captive_share"] is None:
        return None
    loyal, captive = share_of(row, "loyal_share"), share_of(row, "captive_share")
    return Loyal(
        retained=row.figure("retained_customers"),
        loyal=loyal,
        captive=captive,
        loyal_customers=row.figure("loyal_customers"),
        captive_customers=row.figure("captive_customers"),
        between=difference(complement(loyal.rate), captive.rate),
        advocates=share_of(row, "advocate_share"),
    )


def drivers_table(drivers: Sequence[Driver]) -> DataTable:
    """The drivers as they are attached."""
    rows = tuple(
        (d.survey_type, d.label, d.rho, "yes" if d.is_significant else "no", d.mean, d.answers) for d in drivers
    )
    return DataTable(("survey", "driver", "rank_correlation", "is_significant", "mean_rating", "answers"), rows)


def outcomes_table(outcomes: Sequence[Outcome]) -> DataTable:
    """Who left after which score, as it is attached."""
    rows = tuple(
        (line.survey_type, line.band, line.left.rate, line.left.low, line.left.high, line.left.size)
        for outcome in outcomes
        for line in outcome.lines
    )
    return DataTable(("survey", "score_band", "left_in_three_months", "low", "high", "customers"), rows)


def loyal_table(loyal: Loyal) -> DataTable:
    """Loyal and captive customers as they are attached."""
    rows = (
        ("loyal", loyal.loyal_customers, loyal.loyal.rate, loyal.loyal.low, loyal.loyal.high),
        ("captive", loyal.captive_customers, loyal.captive.rate, loyal.captive.low, loyal.captive.high),
        ("answered_and_stayed", loyal.retained, None, None, None),
    )
    return DataTable(("group", "customers", "share", "low", "high"), rows)


def _driver(text: Text, row: Row) -> Driver:
    return Driver(
        survey_type=row.text("survey_type"),
        label=contact_label(text, DRIVERS, row.text("driver")),
        rho=row.figure("rho"),
        mean=row.figure("mean_driver_score"),
        answers=row.figure("answers"),
        is_significant=bool(row["is_significant"]),
        is_ranked=bool(row["is_ranked"]),
    )


def _strength(driver: Driver) -> tuple[bool, float, str]:
    # Too few answers to rank: by name.
    strength = -driver.width if driver.is_ranked and driver.is_significant else 0.0
    return not driver.is_significant, strength, driver.label


def _place(survey_type: str) -> tuple[int, str]:
    return (_MAIN.index(survey_type) if survey_type in _MAIN else len(_MAIN)), survey_type
