"""Every survey of the month in a line: score, change, bands of its answers, who answered; and public ratings.

Add here: a figure that every survey has. Keep out: histories (surveys.py), groups (survey_groups.py) and the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.charts.chart import Cell, DataTable
from reports.context.surveys import BANDS, BandName, Score, scores_of
from reports.figures import Figure, Row, total
from reports.formats import Formats
from reports.marts import Marts
from reports.narrative.contact_labels import PLATFORMS, SHORT_SURVEYS, contact_label
from reports.narrative.labels import label
from reports.text import Text
from reports.verdicts import Change, Verdicts, load_verdicts

# In this order, then by name; an exit survey asks why, it has no score.
_ORDER = ("nps", "csat", "ces", "service", "web_intercept")


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """One survey type in the run's month. shares: of its answers, by band (0-1); is_points: NPS, else a share.

    low and high bound the score; versus_month and versus_year are verdicts on it.
    """

    survey_type: str
    label: str
    is_points: bool
    score: Figure
    low: Figure
    high: Figure
    mean: Figure
    responses: Figure
    response_rate: Figure
    coverage: Figure
    shares: Mapping[BandName, Figure]
    versus_month: Change
    versus_year: Change

    def score_text(self, f: Formats, figure: Figure) -> str:
        """The score or a bound as printed."""
        return f.number(figure, 1) if self.is_points else f.percent(figure)

    def range_text(self, f: Formats) -> str:
        """The interval as printed."""
        return f.number_range(self.low, self.high, 1) if self.is_points else f.percent_range(self.low, self.high)

    def change_text(self, f: Formats, change: Change) -> str:
        """A change as printed."""
        return f.signed_number(change.difference, 1) if self.is_points else f.signed_points(change.difference)

    def width(self, band: BandName) -> float:
        """The band's share of the drawing, 0-1."""
        return self.shares[band].amount or 0.0


@dataclass(frozen=True, slots=True)
class Rating:
    """Public ratings of one platform in the month: mean rescaled to 0-1, and how many."""

    label: str
    mean: Figure
    ratings: Figure


def load_lines(marts: Marts, text: Text) -> tuple[SurveyLine, ...]:
    """The surveys that anybody answered in the month and that have a score, the best known first."""
    verdicts = load_verdicts(marts)
    rows = [row for row in marts.read("rpt_surveys", months=1) if row["responses"] and row["csat"] is not None]
    return tuple(_line(marts, text, verdicts, row) for row in sorted(rows, key=_place))


def load_ratings(marts: Marts, text: Text) -> tuple[Rating, ...]:
    """Public ratings of the month by platform, most ratings first."""
    if not marts.is_delivered("social_ratings"):
        return ()
    rows = [row for row in marts.read("rpt_social_ratings", months=1) if row["mean_rating"] is not None]
    found = [_rating(text, row) for row in rows]
    return tuple(sorted(found, key=lambda rating: (-(rating.ratings.amount or 0.0), rating.label)))


def lines_table(lines: Sequence[SurveyLine]) -> DataTable:
    """The surveys as they are attached."""
    columns = (
        "survey", "score", "low", "high", "mean", "answers", "response_rate", "coverage", "share_at_risk",
        "share_satisfied", "share_advocates",
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            line.label, line.score, line.low, line.high, line.mean, line.responses, line.response_rate, line.coverage,
            *(line.shares[band] for band in BANDS),
        )
        for line in lines
    )  # fmt: skip
    return DataTable(columns, rows)


def _line(marts: Marts, text: Text, verdicts: Verdicts, row: Row) -> SurveyLine:
    survey_type = row.text("survey_type")
    is_points = survey_type == "nps" and row["nps"] is not None
    metric = "nps" if is_points else "csat"
    score, low, high = (row.figure(f"{metric}{end}") for end in ("", "_low", "_high"))
    return SurveyLine(
        survey_type=survey_type,
        label=label(text, SHORT_SURVEYS, survey_type),
        is_points=is_points,
        score=score,
        low=low,
        high=high,
        mean=row.figure("mean_score"),
        responses=row.figure("responses"),
        response_rate=row.figure("response_rate"),
        coverage=row.figure("coverage"),
        shares=_shares(scores_of(marts.read("rpt_survey_distribution", months=1, survey_type=survey_type))),
        versus_month=verdicts.of(metric, "previous", survey_type),
        versus_year=verdicts.of(metric, "year_ago", survey_type),
    )


def _shares(scores: Sequence[Score]) -> Mapping[BandName, Figure]:
    return {band: total(*(score.share for score in scores if score.band == band)) for band in BANDS}


def _place(row: Row) -> tuple[int, str]:
    name = row.text("survey_type")
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER)), name


def _rating(text: Text, row: Row) -> Rating:
    name = contact_label(text, PLATFORMS, row.text("platform"))
    return Rating(name, row.figure("mean_rating"), row.figure("ratings"))
