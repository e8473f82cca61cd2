"""What page 7 says of the surveys, chosen by rule from their figures and intervals.

Add here: a rule and its sentence. Keep out: reading marts. No score is called better or worse unless its interval and
last month's do not overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.figures import Figure
from reports.narrative.finding import Finding
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.charts.histogram import Band
    from reports.context.surveys import Answered, Survey

_HEADLINES = {
    ("nps", "up"): N_("The net promoter score rose to {score}"),
    ("nps", "down"): N_("The net promoter score fell to {score}"),
    ("nps", "none"): N_("No clear change: net promoter score {score}"),
    ("nps", "untested"): N_("The net promoter score is {score}"),
    ("csat", "up"): N_("The share of satisfied customers rose to {score}"),
    ("csat", "down"): N_("The share of satisfied customers fell to {score}"),
    ("csat", "none"): N_("No clear change: {score} of answers are satisfied"),
    ("csat", "untested"): N_("{score} of answers are satisfied"),
}
_STANDFIRSTS = {
    "nps": N_("{count} answers: with 95 % confidence the score lies between {low} and {high}."),
    "csat": N_("{count} answers on satisfaction: with 95 % confidence the share lies between {low} and {high}."),
}


# Name, short name, title and subtitle of the trend, title of the table of answers.
_NAMES = {
    "nps": (
        N_("Recommendation (NPS)"),
        N_("NPS"),
        N_("Net promoter score by month"),
        N_("Per cent of scores 9 and 10 less per cent of scores 0 to 6. Band: 95 % interval."),
        N_("Would you recommend us?"),
    ),
    "csat": (
        N_("Satisfaction (CSAT)"),
        N_("CSAT"),
        N_("Satisfied customers by month"),
        N_("Share of answers in the satisfied band. Band: 95 % interval. The axis is cut."),
        N_("How satisfied are you?"),
    ),
}


_BANDS = {
    ("nps", "at risk"): N_("detractors"),
    ("nps", "satisfied"): N_("passives"),
    ("nps", "advocate"): N_("promoters"),
    ("csat", "at risk"): N_("not satisfied"),
    ("csat", "satisfied"): N_("satisfied"),
    ("csat", "advocate"): N_("very satisfied"),
}


def names(text: Text, survey_type: str) -> tuple[str, str, str, str, str]:
    """Name, short name, title and subtitle of the trend, title of the table of answers."""
    name, short, title, subtitle, answers = _NAMES[survey_type]
    return text.gettext(name), text.gettext(short), text.gettext(title), text.gettext(subtitle), text.gettext(answers)


def answers_subtitle(text: Text, answered: Answered) -> str:
    """On how many answers the histogram rests."""
    if not answered.responses.known:
        return text.gettext("No answers are shown for this month.")
    return text.ngettext(
        "Share of the month’s one answer by score.",
        "Share of the month’s {count} answers by score.",
        answered.responses,
        count=text.f.number(answered.responses),
    )


def trend_alt(text: Text, survey: Survey) -> str:
    """The finding of the trend."""
    measure = survey.measure
    known = [point for point in measure.history if point.value.known]
    return text.gettext(
        "{name} by month, from {first} ({first_month}) to {last} ({last_month}).",
        name=survey.label,
        first=measure.metric.value_text(text.f, known[0].value),
        first_month=text.f.month_short(known[0].month),
        last=measure.metric.value_text(text.f, known[-1].value),
        last_month=text.f.month_short(known[-1].month),
    )


def headline(text: Text, surveys: Sequence[Survey]) -> str:
    """The first survey's score and whether it changed."""
    leading = next((survey for survey in surveys if survey.measure.now.known), None)
    if leading is None:
        return text.gettext("Nobody answered a survey this month")
    key = (leading.survey_type, leading.measure.versus_month.verdict)
    return text.gettext(_HEADLINES[key], score=score_text(text, leading))


def standfirst(text: Text, surveys: Sequence[Survey]) -> str:
    """How many answers the score rests on, and between which bounds it lies."""
    leading = next((survey for survey in surveys if survey.measure.low.known), None)
    if leading is None:
        return ""
    low, high = leading.measure.low, leading.measure.high
    shown = text.f.percent if leading.measure.metric.kind == "rate" else text.f.number
    return text.gettext(
        _STANDFIRSTS[leading.survey_type],
        count=text.f.number(leading.answered.responses),
        low=shown(low, 1),
        high=shown(high, 1),
    )


def finding(text: Text, survey: Survey) -> Finding:
    """Is the survey worth believing: how many of those asked answered, and for how many customers they speak."""
    answered = survey.answered
    sentences = []
    if answered.response_rate.known:
        sentences.append(
            text.gettext(
                "{answers} of {invited} invitations were answered ({rate}).",
                answers=text.f.number(answered.responses),
                invited=text.f.number(answered.delivered),
                rate=text.f.percent(answered.response_rate),
            )
        )
    else:
        sentences.append(text.gettext("No response rate: {reason}", reason=answered.no_response_rate))
    if answered.coverage.known and answered.coverage_denominator.number:
        sentences.append(
            text.gettext(
                "The answers speak for {answered} of {customers} customers ({share}).",
                answered=text.f.number(answered.coverage_numerator),
                customers=text.f.number(answered.coverage_denominator),
                share=text.f.percent(answered.coverage),
            )
        )
    if answered.mean_score.known:
        sentences.append(text.gettext("Mean score {mean}.", mean=text.f.number(answered.mean_score, 2)))
    return Finding(text.gettext("Who answered"), " ".join(sentences))


def band_label(text: Text, survey_type: str, band: str) -> str:
    """What the band of a score is called in its survey."""
    return text.gettext(_BANDS[survey_type, band])


def scores_alt(text: Text, survey: Survey, bands: Sequence[Band]) -> str:
    """The finding of the histogram: the share of each band."""
    shares = "; ".join(
        text.gettext("{band} {share}", band=band.label, share=text.f.percent(band.share, 0)) for band in bands
    )
    return text.gettext("{name}, share of answers by score: {shares}.", name=survey.label, shares=shares)


def score_text(text: Text, survey: Survey) -> str:
    """The survey's score as printed: points for NPS, per cent for the share of satisfied answers."""
    measure = survey.measure
    if measure.metric.kind == "rate":
        return text.f.percent(measure.now, measure.metric.digits)
    return text.f.number(measure.now, measure.metric.digits)


def no_response_rate(text: Text, delivered: Figure, invited: bool, filtered: bool) -> str:
    """Why there is no response rate."""
    if not invited:
        return text.gettext("Invitations were not delivered as data.")
    if delivered.number:
        return text.gettext("More answers than invitations this month; the two do not belong together.")
    if filtered:
        return text.gettext("Invitations do not say which customers were asked.")
    return text.gettext("Nobody was invited this month.")
