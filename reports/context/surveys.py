"""Surveys: one survey type in a month: score, history, spread of answers, who answered it.

Add here: a figure of a survey. Keep out: what counts as satisfied or as an answer (the marts), and the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reports.context.history import absent, grouped
from reports.context.metrics import METRICS, Measure, Metric, load_measure
from reports.figures import Figure, Row, given, share, total
from reports.marts import Marts
from reports.narrative import satisfaction as words
from reports.run import ReportRun
from reports.text import Text

SURVEYS = ("nps", "csat")
BandName = Literal["at risk", "satisfied", "advocate"]
BANDS: tuple[BandName, ...] = ("at risk", "satisfied", "advocate")


@dataclass(frozen=True, slots=True)
class Answered:
    """Who answered a survey in the month: answers, invitations, response rate and coverage (0-1), and why not.

    responses are the answers that count, the latest of each customer; completed all that came back.
    """

    responses: Figure
    completed: Figure
    delivered: Figure
    response_rate: Figure
    coverage: Figure
    coverage_numerator: Figure
    coverage_denominator: Figure
    mean_score: Figure
    no_response_rate: str


@dataclass(frozen=True, slots=True)
class Score:
    """The answers with one score; share of all of the survey's answers (0-1)."""

    score: Figure
    band: BandName
    responses: Figure
    share: Figure


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey type in the run's month, with its names in words."""

    survey_type: str
    label: str
    short: str
    title: str
    subtitle: str
    answers_title: str
    answers_subtitle: str
    measure: Measure
    answered: Answered
    scores: tuple[Score, ...]


def load_surveys(marts: Marts, run: ReportRun, text: Text) -> tuple[Survey, ...]:
    """NPS and CSAT of the run's month; a survey that nobody ever answered is left out."""
    metrics = [metric for metric in METRICS if metric.equal.get("survey_type") in SURVEYS]
    found = (_survey(marts, run, text, metric) for metric in metrics)
    return tuple(survey for survey in found if survey is not None)


def _survey(marts: Marts, run: ReportRun, text: Text, metric: Metric) -> Survey | None:
    measure = load_measure(marts, run, metric)
    if not any(item.known for item in measure.series):
        return None
    survey_type = metric.equal["survey_type"]
    row = marts.newest("rpt_surveys", survey_type=survey_type)
    scores = marts.read("rpt_survey_distribution", months=1, survey_type=survey_type)
    answered = _answered(marts, run, text, row)
    names = (*words.names(text, survey_type), words.answers_subtitle(text, answered))
    return Survey(survey_type, *names, measure, answered, scores_of(scores))


def _answered(marts: Marts, run: ReportRun, text: Text, row: Row | None) -> Answered:
    def of(column: str) -> Figure:
        return row.figure(column) if row else absent("rpt_surveys", column)

    rate, invited = of("response_rate"), marts.is_delivered("survey_invitations")
    return Answered(
        of("responses"),
        of("completed_responses"),
        of("delivered"),
        rate,
        of("coverage"),
        of("coverage_numerator"),
        of("coverage_denominator"),
        of("mean_score"),
        "" if rate.known else words.no_response_rate(text, of("delivered"), invited, bool(run.filter)),
    )


def scores_of(rows: Sequence[Row]) -> tuple[Score, ...]:
    """Every score of a survey's scale with its answers, from rows of rpt_survey_distribution; none without rows."""
    if not rows:
        return ()
    # Several scales may answer to one survey type; the one with most answers is drawn.
    scale = max(grouped(rows, "scale_max").values(), key=lambda members: _answers(members).amount or 0)
    everybody = _answers(scale)
    low, high = int(str(scale[0]["scale_min"])), int(str(scale[0]["scale_max"]))
    found = {int(str(row["score"])): row.figure("responses") for row in scale}
    return tuple(
        Score(given("score", score), _band(score, low, high), count, share(count, everybody))
        for score in range(low, high + 1)
        for count in (found.get(score, total()),)
    )


def _answers(rows: Iterable[Row]) -> Figure:
    return total(*(row.figure("responses") for row in rows))


def _band(score: int, low: int, high: int) -> BandName:
    """The band of a score: 0-10 and 1-10 from 7 and 9, 1-7 from 5 and 7, 1-5 from 4 and 5; others all satisfied."""
    satisfied, advocate = {10: (7, 9), 7: (5, 7), 5: (4, 5)}.get(high, (low, high + 1))
    if score >= advocate:
        return "advocate"
    return "satisfied" if score >= satisfied else "at risk"
