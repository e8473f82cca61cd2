"""Surveys: one survey type in a month: score, history, spread of answers, who answered, and its segments.

Add here: a figure of a survey. Keep out: what counts as satisfied or as an answer (the marts), and the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reports.context.history import BREAKDOWNS, absent, grouped
from reports.context.metrics import METRICS, Measure, Metric, load_measure
from reports.context.segments import allotted
from reports.figures import Figure, Row, given, share, total
from reports.marts import Marts
from reports.narrative import satisfaction as words
from reports.narrative.labels import short_segment_name
from reports.run import ReportRun
from reports.text import Text

SURVEYS = ("nps", "csat")
BandName = Literal["at risk", "satisfied", "advocate"]
BANDS: tuple[BandName, ...] = ("at risk", "satisfied", "advocate")


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


@dataclass(frozen=True, slots=True)
class ScopeScore:
    """One survey's score in one segment, with its interval and number of answers; None where suppressed."""

    score: Figure
    low: Figure
    high: Figure
    responses: Figure
    interval: str


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One segment: a score per survey of the page, in the page's order."""

    scope_type: str
    scope_value: str
    label: str
    scores: tuple[ScopeScore, ...]

    @property
    def is_shown(self) -> bool:
        """Whether there is a score to show."""
        return any(score.score.known for score in self.scores)


def load_surveys(marts: Marts, run: ReportRun, text: Text) -> tuple[Survey, ...]:
    """NPS and CSAT of the run's month; a survey that nobody ever answered is left out."""
    metrics = [metric for metric in METRICS if metric.equal.get("survey_type") in SURVEYS]
    found = (_survey(marts, run, text, metric) for metric in metrics)
    return tuple(survey for survey in found if survey is not None)


def load_scopes(marts: Marts, text: Text, surveys: Sequence[Survey], room: int) -> tuple[ScopeLine, ...]:
    """The month's scores by segment, at most `room` lines; a breakdown with one segment says nothing and is left out.

    The room is shared by the breakdowns; within each, segments with the most answers come first.
    """
    groups: list[list[ScopeLine]] = []
    for scope_type in BREAKDOWNS:
        segments = grouped(marts.read("rpt_surveys", scope_type=scope_type, months=1), "scope_value")
        if len(segments) > 1:
            found = [_scope_line(text, scope_type, str(name), rows, surveys) for name, rows in segments.items()]
            groups.append(sorted((line for line in found if line.is_shown), key=_by_answers))
    shares = allotted([len(lines) for lines in groups], room)
    return tuple(line for lines, shown in zip(groups, shares, strict=True) for line in lines[:shown])


def _survey(marts: Marts, run: ReportRun, text: Text, metric: Metric) -> Survey | None:
    measure = load_measure(marts, run, metric)
    if not any(item.known for item in measure.series):
        return None
    survey_type = metric.equal["survey_type"]
    row = marts.newest("rpt_surveys", survey_type=survey_type)
    scores = marts.read("rpt_survey_distribution", months=1, survey_type=survey_type)
    answered = _answered(marts, run, text, row)
    names = (*words.names(text, survey_type), words.answers_subtitle(text, answered))
    return Survey(survey_type, *names, measure, answered, _scores(scores))


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


def _scope_line(
    text: Text, scope_type: str, scope_value: str, rows: Sequence[Row], surveys: Sequence[Survey]
) -> ScopeLine:
    by_type = {row["survey_type"]: row for row in rows}
    scores = tuple(_scope_score(text, by_type.get(survey.survey_type), survey) for survey in surveys)
    return ScopeLine(scope_type, scope_value, short_segment_name(text, scope_type, scope_value), scores)


def _scope_score(text: Text, row: Row | None, survey: Survey) -> ScopeScore:
    metric = survey.measure.metric
    columns = (metric.column, metric.low or "", metric.high or "", "responses")
    score, low, high, responses = (row.figure(c) if row else absent("rpt_surveys", c) for c in columns)
    return ScopeScore(score, low, high, responses, metric.range_text(text.f, low, high))


def _by_answers(line: ScopeLine) -> tuple[float, str]:
    return -sum(score.responses.amount or 0 for score in line.scores), line.scope_value
