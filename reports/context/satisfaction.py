"""Satisfaction: NPS and CSAT with intervals, their history, the spread of answers, segments, and who answered.

Add here: a part of the page. Keep out: figures of a survey (surveys.py) and sentences
(reports/narrative/satisfaction.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reports.charts.chart import Chart
from reports.charts.histogram import Band, Bar, Histogram, histogram
from reports.charts.palette import palette_for
from reports.charts.trend import Trend, TrendPoint, trend
from reports.context.axes import count_ticks, rate_ticks
from reports.context.layout import (
    BLOCK_GAP,
    FULL_WIDTH,
    HALF_WIDTH,
    NOTE,
    TABLE_HEAD,
    TABLE_ROW,
    filled,
    header_height,
    heading_height,
)
from reports.context.surveys import BANDS, ScopeLine, Survey, load_scopes, load_surveys
from reports.figures import Figure, given, total
from reports.marts import Marts
from reports.narrative import satisfaction as words
from reports.narrative.finding import Finding
from reports.run import ReportRun
from reports.text import Text

ENTITIES = ("survey_answers", "survey_responses")
TREND_MONTHS = 24
SHOWN_SCOPES = 10
HISTOGRAM_HEIGHT = 104.0
# A call-out of four lines with its heading.
CALLOUT_HEIGHT = 70.0


@dataclass(frozen=True, slots=True)
class SatisfactionContext:
    """Page 7: one column per survey, then the segments. findings: one per survey, who answered it."""

    page_id: str
    title: str
    headline: str
    standfirst: str
    charts: Mapping[str, Chart]
    surveys: tuple[Survey, ...]
    scopes: tuple[ScopeLine, ...]
    min_group_size: Figure
    findings: tuple[Finding, ...]

    @property
    def has_hidden(self) -> bool:
        """Whether a listed segment has a score that is not shown."""
        return any(not score.score.known for line in self.scopes for score in line.scores)


def load_satisfaction(marts: Marts, run: ReportRun, text: Text) -> SatisfactionContext | None:
    """Page 7 of the run's audience; None where no survey was delivered or none was ever answered."""
    if not marts.is_delivered(*ENTITIES):
        return None
    surveys = load_surveys(marts, run, text)
    if not surveys:
        return None
    scopes = load_scopes(marts, text, surveys, SHOWN_SCOPES)
    headline, standfirst = words.headline(text, surveys), words.standfirst(text, surveys)
    height = _trend_height(headline, standfirst, surveys, scopes)
    return SatisfactionContext(
        page_id="satisfaction",
        title=text.gettext("Satisfaction"),
        headline=headline,
        standfirst=standfirst,
        charts=MappingProxyType(_charts(run, text, surveys, height)),
        surveys=surveys,
        scopes=scopes,
        min_group_size=given("min_group_size", run.min_group_size),
        findings=tuple(words.finding(text, survey) for survey in surveys),
    )


def _trend_height(
    headline: str, standfirst: str, surveys: Sequence[Survey], scopes: Sequence[ScopeLine]
) -> float:  # fmt: skip
    """What the page leaves for the trends."""
    width = HALF_WIDTH if len(surveys) > 1 else FULL_WIDTH
    titles = max(heading_height(survey.subtitle, width) for survey in surveys)
    answers = max(heading_height(survey.answers_subtitle, width) for survey in surveys)
    taken = header_height(headline, standfirst) + titles + BLOCK_GAP + answers + HISTOGRAM_HEIGHT
    taken += BLOCK_GAP + CALLOUT_HEIGHT
    if scopes:
        taken += BLOCK_GAP + heading_height("-") + TABLE_HEAD + len(scopes) * TABLE_ROW + NOTE
    return filled(taken, 90.0, 220.0)


def _charts(run: ReportRun, text: Text, surveys: Sequence[Survey], height: float) -> dict[str, Chart]:
    width = HALF_WIDTH if len(surveys) > 1 else FULL_WIDTH
    charts: dict[str, Chart] = {}
    for survey in surveys:
        charts[survey.survey_type] = _trend(run, text, survey, width, height)
        if survey.scores:
            charts[f"{survey.survey_type}-scores"] = _histogram(run, text, survey, width)
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


def _histogram(run: ReportRun, text: Text, survey: Survey, width: float) -> Chart:
    tones = {"at risk": "miss", "satisfied": "grey", "advocate": "accent"}
    bands = []
    for name in BANDS:
        scores = [score for score in survey.scores if score.band == name]
        bars = [Bar(score.score, score.share) for score in scores]
        band_share = total(*(score.share for score in scores))
        bands.append(Band(words.band_label(text, survey.survey_type, name), band_share, tones[name], bars))
    data = Histogram(bands, text.f.number, lambda figure: text.f.percent(figure, 0))
    return histogram(data, palette_for(run.accent), words.scores_alt(text, survey, bands), width, HISTOGRAM_HEIGHT)
