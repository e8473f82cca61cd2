"""Satisfaction: the scores and their history, every survey in a line, what the scores mean, and who answered.

Add here: a part of the page. Keep out: figures of surveys (surveys.py, survey_lines.py, survey_groups.py,
survey_meaning.py) and sentences (reports/narrative/satisfaction.py, belief.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reports.charts.chart import Chart, DataTable
from reports.charts.histogram import Band, Bar, Histogram, histogram
from reports.charts.palette import palette_for
from reports.charts.trend import Trend, TrendPoint, trend
from reports.charts.typeface import lines_needed
from reports.context.axes import count_ticks, rate_ticks
from reports.context.layout import (
    FULL_WIDTH,
    HALF_WIDTH,
    SUBTITLE_LINE,
    TABLE_HEAD,
    filled,
    header_height,
    heading_height,
    note_height,
)
from reports.context.survey_groups import GroupLine, groups_table, load_groups
from reports.context.survey_lines import Rating, SurveyLine, lines_table, load_lines, load_ratings
from reports.context.survey_meaning import (
    Driver,
    Loyal,
    Outcome,
    drivers_table,
    load_drivers,
    load_loyal,
    load_outcomes,
    loyal_table,
    outcomes_table,
)
from reports.context.surveys import BANDS, Survey, load_surveys
from reports.figures import total
from reports.marts import Marts
from reports.narrative import belief
from reports.narrative import satisfaction as words
from reports.narrative.finding import Finding
from reports.run import ReportRun
from reports.text import Text

ENTITIES = ("survey_answers", "survey_responses")
TREND_MONTHS = 24
# Groups beside drivers and outcomes, and where the page has room for them.
FEW_GROUPS, MANY_GROUPS = 6, 10
# A row of a small table, a gap between parts, a line of a call-out, its heading, and its width less its bar.
ROW, GAP, CALLOUT_LINE, CALLOUT_HEAD, CALLOUT_INSET = 14.8, 17.0, 12.5, 15.5, 13.5
LEAST_PICTURE, TALLEST_PICTURE = 72.0, 190.0


@dataclass(frozen=True, slots=True)
class SatisfactionContext:
    """Page 7. pictured: the surveys with a trend and a histogram; what is () or None was not delivered."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    tables: Mapping[str, DataTable]
    surveys: tuple[Survey, ...]
    pictured: tuple[Survey, ...]
    lines: tuple[SurveyLine, ...]
    ratings_note: str
    groups: tuple[GroupLine, ...]
    hidden_note: str
    drivers: tuple[Driver, ...]
    drivers_title: str
    drivers_note: str
    outcomes: tuple[Outcome, ...]
    bands: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_rich(self) -> bool:
        """Whether there is more to say than the scores: then one survey is pictured."""
        return bool(self.drivers or self.outcomes)

    @property
    def beside(self) -> tuple[Finding, ...]:
        """The findings of the right column: all where nothing else comes before the groups, else but the first."""
        return self.findings if self.groups and not self.is_rich else self.findings[1:]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the page is made of, before it is known how much room the pictures have."""

    surveys: tuple[Survey, ...]
    lines: tuple[SurveyLine, ...]
    ratings: tuple[Rating, ...]
    drivers: tuple[Driver, ...]
    outcomes: tuple[Outcome, ...]
    loyal: Loyal | None
    groups: tuple[GroupLine, ...]

    @property
    def pictured(self) -> tuple[Survey, ...]:
        """The leading survey; all where there is little else to show."""
        return self.surveys[:1] if self.is_rich else self.surveys

    @property
    def is_rich(self) -> bool:
        """Whether there is more to say than the scores."""
        return bool(self.drivers or self.outcomes)


def load_satisfaction(marts: Marts, run: ReportRun, text: Text) -> SatisfactionContext | None:
    """Page 7 of the run's audience; None where no survey was delivered or none was ever answered."""
    if not marts.is_delivered(*ENTITIES):
        return None
    surveys = load_surveys(marts, run, text)
    if not surveys:
        return None
    parts = _load_parts(marts, text, surveys)
    findings = _findings(text, parts)
    headline, standfirst = words.headline(text, surveys), words.standfirst(text, surveys, parts.drivers)
    drivers_note = belief.drivers_note(text, parts.drivers) if parts.drivers else ""
    ratings_note = belief.ratings_note(text, parts.ratings) if parts.ratings else ""
    hidden_note = words.hidden_note(text, run, parts.groups)
    taken = header_height(headline, standfirst) + _parts_height(
        parts, findings, drivers_note, ratings_note, hidden_note
    )
    return SatisfactionContext(
        page_id="satisfaction",
        title=text.gettext("Satisfaction"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(_charts(run, text, parts.pictured, taken)),
        tables=MappingProxyType(_tables(parts)),
        surveys=surveys,
        pictured=parts.pictured,
        lines=parts.lines,
        ratings_note=ratings_note,
        groups=parts.groups,
        hidden_note=hidden_note,
        drivers=parts.drivers,
        drivers_title=belief.drivers_title(text, parts.drivers) if parts.drivers else "",
        drivers_note=drivers_note,
        outcomes=parts.outcomes,
        bands=tuple(words.band_of_any(text, band) for band in BANDS),
        findings=findings,
    )


def _load_parts(marts: Marts, text: Text, surveys: tuple[Survey, ...]) -> _Parts:
    drivers, outcomes = load_drivers(marts, text), load_outcomes(marts)
    room = FEW_GROUPS if drivers or outcomes else MANY_GROUPS
    return _Parts(
        surveys,
        load_lines(marts, text),
        load_ratings(marts, text),
        drivers,
        outcomes,
        load_loyal(marts),
        load_groups(marts, text, surveys, room),
    )


def _findings(text: Text, parts: _Parts) -> tuple[Finding, ...]:
    """Whether to believe the leading survey, and who is loyal."""
    found = [belief.belief(text, parts.surveys[0], parts.outcomes)]
    if parts.loyal is not None:
        found.append(belief.loyal_or_captive(text, parts.loyal))
    return tuple(found)


def _tables(parts: _Parts) -> dict[str, DataTable]:
    found = {"surveys": lines_table(parts.lines), "groups": groups_table(parts.groups, parts.surveys)}
    found["drivers"], found["outcomes"] = drivers_table(parts.drivers), outcomes_table(parts.outcomes)
    if parts.loyal is not None:
        found["loyal"] = loyal_table(parts.loyal)
    return found


def _parts_height(
    parts: _Parts, findings: Sequence[Finding], drivers_note: str, ratings_note: str, hidden_note: str
) -> float:
    """What all but the header and the pictures take."""
    taken = 0.0
    if parts.lines:
        taken += GAP + _table_height(len(parts.lines), FULL_WIDTH, ratings_note)
    if not parts.is_rich:
        return taken + GAP + max(
            _table_height(len(parts.groups), HALF_WIDTH, hidden_note) if parts.groups else 0.0,
            sum(callout_height(finding, HALF_WIDTH) for finding in findings) + GAP * (len(findings) - 1),
        )  # fmt: skip
    left = [_table_height(len(parts.drivers), HALF_WIDTH, drivers_note)] if parts.drivers else []
    left += [_table_height(3, HALF_WIDTH, "")] if parts.outcomes else []
    right = [_table_height(len(parts.groups), HALF_WIDTH, hidden_note)] if parts.groups else []
    right += [callout_height(finding, HALF_WIDTH) for finding in findings[1:]]
    taken += max(sum(stack) + GAP * len(stack) for stack in (left, right))
    return taken + GAP + callout_height(findings[0], FULL_WIDTH)


def _table_height(rows: int, width: float, note: str) -> float:
    # The subtitles of these tables take two lines in some languages.
    return (
        heading_height("-", width)
        + SUBTITLE_LINE
        + TABLE_HEAD
        + rows * ROW
        + (note_height(note, width) if note else 0.0)
    )


def callout_height(finding: Finding, width: float) -> float:
    """A call-out of the page with its heading."""
    return CALLOUT_HEAD + lines_needed(finding.body, width - CALLOUT_INSET, 8.5) * CALLOUT_LINE


def _charts(run: ReportRun, text: Text, pictured: Sequence[Survey], taken: float) -> dict[str, Chart]:
    titles = [max(heading_height(survey.subtitle, HALF_WIDTH), heading_height("-", HALF_WIDTH)) for survey in pictured]
    taken += sum(titles) + GAP * (len(pictured) - 1)
    height = filled(taken, LEAST_PICTURE * len(pictured), TALLEST_PICTURE * len(pictured)) / len(pictured)
    charts: dict[str, Chart] = {}
    for survey in pictured:
        width = HALF_WIDTH if survey.scores else FULL_WIDTH
        charts[survey.survey_type] = _trend(run, text, survey, width, height)
        if survey.scores:
            charts[f"{survey.survey_type}-scores"] = _histogram(run, text, survey, height)
    return charts


def _trend(run: ReportRun, text: Text, survey: Survey, width: float, height: float) -> Chart:
    measure, f = survey.measure, text.f
    is_rate = measure.metric.kind == "rate"
    data = Trend(
        points=[TrendPoint(*point) for point in measure.history[-TREND_MONTHS:]],
        tick=rate_ticks(f) if is_rate else count_ticks(f),
        value=lambda figure: measure.metric.value_text(f, figure),
        month=f.month_short,
        target_label=text.gettext("Target {target}", target=measure.metric.value_text(f, measure.target)),
        band_label=text.gettext("95 % interval"),
        low_limit=0.0 if is_rate else -100.0,
        high_limit=1.0 if is_rate else 100.0,
    )
    return trend(data, palette_for(run.accent), words.trend_alt(text, survey), width, height)


def _histogram(run: ReportRun, text: Text, survey: Survey, height: float) -> Chart:
    tones = {"at risk": "miss", "satisfied": "grey", "advocate": "accent"}
    bands = []
    for name in BANDS:
        scores = [score for score in survey.scores if score.band == name]
        bars = [Bar(score.score, score.share) for score in scores]
        band_share = total(*(score.share for score in scores))
        bands.append(Band(words.band_label(text, survey.survey_type, name), band_share, tones[name], bars))
    data = Histogram(bands, text.f.number, lambda figure: text.f.percent(figure, 0))
    return histogram(data, palette_for(run.accent), words.scores_alt(text, survey, bands), HALF_WIDTH, height)
