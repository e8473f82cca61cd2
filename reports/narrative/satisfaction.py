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
    from reports.context.satisfaction import Survey

_HEADLINES = {
    ("nps", "up"): N_("The net promoter score rose to {score}"),
    ("nps", "down"): N_("The net promoter score fell to {score}"),
    ("nps", "none"): N_("No clear change: the net promoter score is {score}"),
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


def findings(text: Text, surveys: Sequence[Survey]) -> tuple[Finding, ...]:
    """Is the survey worth believing: how many of the customers it speaks for."""
    return tuple(
        Finding(_title(text, survey), _coverage(text, survey))
        for survey in surveys
        if survey.answered.coverage.known and survey.answered.coverage_denominator.number
    )


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


def _title(text: Text, survey: Survey) -> str:
    titles = {"nps": N_("Whom the recommendation score speaks for"), "csat": N_("Whom the satisfaction speaks for")}
    return text.gettext(titles[survey.survey_type])


def _coverage(text: Text, survey: Survey) -> str:
    answered = survey.answered
    return text.gettext(
        "{answered} of {customers} customers ({share}) answered. The others may think differently.",
        answered=text.f.number(answered.coverage_numerator),
        customers=text.f.number(answered.coverage_denominator),
        share=text.f.percent(answered.coverage),
    )
