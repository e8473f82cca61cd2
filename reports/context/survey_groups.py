"""Scores by group: the channel an answer came by, how long its customer is one, and the breakdowns of the company.

Add here: a way to cut a survey's answers. Keep out: the surveys as a whole (surveys.py, survey_lines.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.charts.chart import DataTable
from reports.context.history import BREAKDOWNS, absent, grouped
from reports.context.segments import allotted
from reports.context.surveys import Survey
from reports.figures import Figure, Row
from reports.marts import Marts
from reports.narrative.contact_labels import CHANNELS, TENURE, contact_label
from reports.narrative.labels import short_segment_name
from reports.text import Text
from reports.verdicts import UNTESTED, Change, Verdicts, load_verdicts

# Cut by the answer itself; the first two are shown before the company's breakdowns.
_CUTS: Mapping[str, Mapping[str, str]] = {"channel": CHANNELS, "tenure_band": TENURE}


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One survey's score in one group, with its interval and number of answers; None where suppressed.

    versus_rest: the verdict against everybody else; untested where the marts have none.
    """

    score: Figure
    low: Figure
    high: Figure
    responses: Figure
    interval: str
    versus_rest: Change


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: a score per survey of the page, in the page's order."""

    kind: str
    value: str
    label: str
    scores: tuple[GroupScore, ...]

    @property
    def is_shown(self) -> bool:
        """Whether there is a score to show."""
        return any(score.score.known for score in self.scores)


def load_groups(marts: Marts, text: Text, surveys: Sequence[Survey], room: int) -> tuple[GroupLine, ...]:
    """The month's scores by group, at most `room` lines; a cut with one group says nothing and is left out.

    The room is shared by the cuts; within each, groups with the most answers come first.
    """
    groups = [_by_answer(marts, text, surveys, cut) for cut in _CUTS]
    groups += [_by_scope(marts, text, surveys, scope_type) for scope_type in BREAKDOWNS]
    groups = [[line for line in lines if line.is_shown] for lines in groups if len(lines) > 1]
    shares = allotted([len(lines) for lines in groups], room)
    return tuple(
        line for lines, shown in zip(groups, shares, strict=True) for line in sorted(lines, key=_by_size)[:shown]
    )


def groups_table(lines: Sequence[GroupLine], surveys: Sequence[Survey]) -> DataTable:
    """The groups as they are attached: a row per group and survey."""
    rows = tuple(
        (line.kind, line.label, survey.survey_type, score.score, score.low, score.high, score.responses)
        for line in lines
        for survey, score in zip(surveys, line.scores, strict=True)
    )
    return DataTable(("cut", "group", "survey", "score", "low", "high", "answers"), rows)


def _by_answer(marts: Marts, text: Text, surveys: Sequence[Survey], cut: str) -> list[GroupLine]:
    rows = marts.read("rpt_survey_breakdowns", months=1, breakdown=cut)
    return [
        GroupLine(cut, value, contact_label(text, _CUTS[cut], value), _scores(text, members, surveys, None, value))
        for value, members in grouped((row for row in rows if row["value"] != "(none)"), "value").items()
        if isinstance(value, str)
    ]


def _by_scope(marts: Marts, text: Text, surveys: Sequence[Survey], scope_type: str) -> list[GroupLine]:
    rows, verdicts = marts.read("rpt_surveys", scope_type=scope_type, months=1), load_verdicts(marts, scope_type)
    return [
        GroupLine(
            scope_type,
            value,
            short_segment_name(text, scope_type, value),
            _scores(text, members, surveys, verdicts, value),
        )
        for value, members in grouped(rows, "scope_value").items()
        if isinstance(value, str)
    ]


def _scores(
    text: Text, rows: Sequence[Row], surveys: Sequence[Survey], verdicts: Verdicts | None, value: str
) -> tuple[GroupScore, ...]:
    by_type = {row["survey_type"]: row for row in rows}
    return tuple(_score(text, by_type.get(survey.survey_type), survey, verdicts, value) for survey in surveys)


def _score(text: Text, row: Row | None, survey: Survey, verdicts: Verdicts | None, value: str) -> GroupScore:
    metric = survey.measure.metric
    columns = (metric.column, metric.low or "", metric.high or "", "responses")
    score, low, high, responses = (row.figure(c) if row else absent("rpt_surveys", c) for c in columns)
    versus = verdicts.of(metric.column, "rest", survey.survey_type, value) if verdicts else UNTESTED
    return GroupScore(score, low, high, responses, metric.range_text(text.f, low, high), versus)


def _by_size(line: GroupLine) -> tuple[float, str]:
    return -sum(score.responses.amount or 0 for score in line.scores), line.value
