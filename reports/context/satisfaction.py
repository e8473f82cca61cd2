"""Satisfaction: NPS and CSAT with intervals, their history, the spread of answers, segments, and who answered.

Add here: a figure of a survey. Keep out: bands and scales (the marts), and sentences
(reports/narrative/satisfaction.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from reports.charts.chart import Chart
from reports.context.history import BREAKDOWNS, absent, grouped
from reports.context.metrics import METRICS, Measure, Metric, load_measure
from reports.figures import Figure, Row, share, total
from reports.marts import Marts
from reports.narrative import satisfaction as words
from reports.narrative.finding import Finding
from reports.run import ReportRun
from reports.text import Text

ENTITIES = ("survey_answers", "survey_responses")
SURVEYS = ("nps", "csat")
SHOWN_SCOPES = 12
Band = Literal["at risk", "satisfied", "advocate"]


@dataclass(frozen=True, slots=True)
class Answered:
    """Who answered a survey in the month: answers, invitations, response rate and coverage (0-1), and why not."""

    responses: Figure
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

    score: int
    band: Band
    responses: Figure
    share: Figure


@dataclass(frozen=True, slots=True)
class Survey:
    """One survey type in the run's month."""

    survey_type: str
    measure: Measure
    answered: Answered
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class ScopeScore:
    """One survey's score in one segment, with its interval and number of answers; None where suppressed."""

    score: Figure
    low: Figure
    high: Figure
    responses: Figure


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One segment: a score per survey of the page, in the page's order."""

    scope_type: str
    scope_value: str
    scores: tuple[ScopeScore, ...]


@dataclass(frozen=True, slots=True)
class SatisfactionContext:
    """Page 7."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    surveys: tuple[Survey, ...]
    scopes: tuple[ScopeLine, ...]
    findings: tuple[Finding, ...]


def load_satisfaction(marts: Marts, run: ReportRun, text: Text) -> SatisfactionContext | None:
    """Page 7 of the run's audience; None where no survey was delivered or none was ever answered."""
    if not marts.is_delivered(*ENTITIES):
        return None
    metrics = [metric for metric in METRICS if metric.equal.get("survey_type") in SURVEYS]
    surveys = tuple(found for metric in metrics if (found := _survey(marts, run, text, metric)) is not None)
    if not surveys:
        return None
    return SatisfactionContext(
        page_id="satisfaction",
        title=text.gettext("Satisfaction"),
        headline=words.headline(text, surveys),
        standfirst=words.standfirst(text, surveys),
        charts=MappingProxyType({}),
        surveys=surveys,
        scopes=_scopes(marts, surveys),
        findings=words.findings(text, surveys),
    )


def _survey(marts: Marts, run: ReportRun, text: Text, metric: Metric) -> Survey | None:
    measure = load_measure(marts, run, metric)
    if not any(item.known for item in measure.series):
        return None
    survey_type = metric.equal["survey_type"]
    row = marts.newest("rpt_surveys", survey_type=survey_type)
    scores = marts.read("rpt_survey_distribution", months=1, survey_type=survey_type)
    return Survey(survey_type, measure, _answered(marts, run, text, row), _scores(scores))


def _answered(marts: Marts, run: ReportRun, text: Text, row: Row | None) -> Answered:
    def of(column: str) -> Figure:
        return row.figure(column) if row else absent("rpt_surveys", column)

    rate, invited = of("response_rate"), marts.is_delivered("survey_invitations")
    return Answered(
        of("responses"),
        of("delivered"),
        rate,
        of("coverage"),
        of("coverage_numerator"),
        of("coverage_denominator"),
        of("mean_score"),
        "" if rate.known else words.no_response_rate(text, of("delivered"), invited, bool(run.filter)),
    )


def _scores(rows: Sequence[Row]) -> tuple[Score, ...]:
    if not rows:
        return ()
    # Several scales may answer to one survey type; the one with most answers is drawn.
    scales = grouped(rows, "scale_max")
    scale = max(scales.values(), key=lambda members: _answers(members).amount or 0)
    everybody = _answers(scale)
    low, high = int(str(scale[0]["scale_min"])), int(str(scale[0]["scale_max"]))
    found = {int(str(row["score"])): row.figure("responses") for row in scale}
    return tuple(
        Score(score, _band(score, low, high), count, share(count, everybody))
        for score in range(low, high + 1)
        for count in (found.get(score, total()),)
    )


def _answers(rows: Iterable[Row]) -> Figure:
    return total(*(row.figure("responses") for row in rows))


def _band(score: int, low: int, high: int) -> Band:
    """The band of a score: 0-10 and 1-10 from 7 and 9, 1-7 from 5 and 7, 1-5 from 4 and 5; others all satisfied."""
    satisfied, advocate = {10: (7, 9), 7: (5, 7), 5: (4, 5)}.get(high, (low, high + 1))
    if score >= advocate:
        return "advocate"
    return "satisfied" if score >= satisfied else "at risk"


def _scopes(marts: Marts, surveys: Sequence[Survey]) -> tuple[ScopeLine, ...]:
    lines: list[ScopeLine] = []
    for scope_type in BREAKDOWNS:
        rows = marts.read("rpt_surveys", scope_type=scope_type, months=1)
        segments = grouped(rows, "scope_value")
        if len(segments) > 1:
            lines.extend(_scope_line(scope_type, str(value), members, surveys) for value, members in segments.items())
    return tuple(lines[:SHOWN_SCOPES])


def _scope_line(scope_type: str, scope_value: str, rows: Sequence[Row], surveys: Sequence[Survey]) -> ScopeLine:
    by_type = {row["survey_type"]: row for row in rows}
    return ScopeLine(
        scope_type, scope_value, tuple(_scope_score(by_type.get(survey.survey_type), survey) for survey in surveys)
    )


def _scope_score(row: Row | None, survey: Survey) -> ScopeScore:
    metric = survey.measure.metric
    columns = (metric.column, metric.low or "", metric.high or "", "responses")
    score, low, high, responses = (row.figure(c) if row else absent("rpt_surveys", c) for c in columns)
    return ScopeScore(score, low, high, responses)
