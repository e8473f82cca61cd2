"""What page 7 says of the surveys, chosen by rule from their figures and intervals.

Add here: a rule and its sentence. Keep out: reading marts. No score is called better or worse without a verdict of the
marts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.figures import Figure, given
from reports.run import ReportRun
from reports.text import N_, NN_, Text

if TYPE_CHECKING:
    from reports.charts.histogram import Band
    from reports.context.survey_groups import GroupLine
    from reports.context.survey_meaning import Driver
    from reports.context.surveys import Answered, Survey

# By survey, verdict against last month and against the same month of last year.
_HEADLINES = {
    ("nps", "up", ""): N_("The net promoter score rose to {score}"),
    ("nps", "down", ""): N_("The net promoter score fell to {score}"),
    ("nps", "none", ""): N_("No clear change: net promoter score {score}"),
    ("nps", "none", "up"): N_("Net promoter score {score}: no clear change in a month, up on a year ago"),
    ("nps", "none", "down"): N_("Net promoter score {score}: no clear change in a month, down on a year ago"),
    ("nps", "untested", ""): N_("The net promoter score is {score}"),
    ("csat", "up", ""): N_("The share of satisfied customers rose to {score}"),
    ("csat", "down", ""): N_("The share of satisfied customers fell to {score}"),
    ("csat", "none", ""): N_("No clear change: {score} of answers are satisfied"),
    ("csat", "none", "up"): N_("{score} of answers are satisfied: no clear change in a month, up on a year ago"),
    ("csat", "none", "down"): N_("{score} of answers are satisfied: no clear change in a month, down on a year ago"),
    ("csat", "untested", ""): N_("{score} of answers are satisfied"),
}
_STANDFIRSTS = {
    "nps": NN_(
        "{count} answer: with 95 % confidence the score lies between {low} and {high}.",
        "{count} answers: with 95 % confidence the score lies between {low} and {high}.",
    ),
    "csat": NN_(
        "{count} answer on satisfaction: with 95 % confidence the share lies between {low} and {high}.",
        "{count} answers on satisfaction: with 95 % confidence the share lies between {low} and {high}.",
    ),
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
    """The first survey's score and whether it changed, in a month or at least in a year."""
    leading = next((survey for survey in surveys if survey.measure.now.known), None)
    if leading is None:
        return text.gettext("Nobody answered a survey this month")
    month, year = leading.measure.versus_month.verdict, leading.measure.versus_year.verdict
    key = (leading.survey_type, month, year)
    sentence = _HEADLINES.get(key) or _HEADLINES[leading.survey_type, month, ""]
    return text.gettext(sentence, score=score_text(text, leading))


def standfirst(text: Text, surveys: Sequence[Survey], drivers: Sequence[Driver] = ()) -> str:
    """How many answers the score rests on, between which bounds it lies, and what goes with it most."""
    leading = next((survey for survey in surveys if survey.measure.low.known), None)
    if leading is None:
        return ""
    low, high = leading.measure.low, leading.measure.high
    shown = text.f.percent if leading.measure.metric.kind == "rate" else text.f.number
    bounds = text.ngettext(
        *_STANDFIRSTS[leading.survey_type],
        leading.answered.responses,
        count=text.f.number(leading.answered.responses),
        low=shown(low, 1),
        high=shown(high, 1),
    )
    first = next((driver for driver in drivers if driver.is_significant and driver.is_ranked), None)
    if first is None or first.survey_type != leading.survey_type:
        return bounds
    return " ".join((bounds, text.gettext("What goes with it most: {driver}.", driver=first.label)))


def band_label(text: Text, survey_type: str, band: str) -> str:
    """What the band of a score is called in its survey."""
    return text.gettext(_BANDS[survey_type, band])


def band_of_any(text: Text, band: str) -> str:
    """What the band is called where several surveys share it."""
    name = _BANDS["csat", band]
    return text.gettext(name)


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


def hidden_note(text: Text, run: ReportRun, groups: Sequence[GroupLine]) -> str:
    """Why a listed group has no score; "" where every one has."""
    if all(score.score.known for line in groups for score in line.scores):
        return ""
    return text.gettext(
        "{unknown}: nobody answered, or fewer than {count} did; not shown.",
        unknown=text.f.unknown,
        count=text.f.number(given("min_group_size", run.min_group_size)),
    )
