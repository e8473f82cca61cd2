"""Is the survey worth believing? What the scores go with, who leaves after them, and who stays without being content.

Add here: a rule about what answers mean, and its sentence. Keep out: reading marts; the score itself (satisfaction.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.narrative.contact_labels import SHORT_SURVEYS
from reports.narrative.finding import Finding
from reports.narrative.labels import label
from reports.narrative.satisfaction import band_label
from reports.text import Text

if TYPE_CHECKING:
    from reports.context.survey_lines import Rating
    from reports.context.survey_meaning import Driver, Loyal, Outcome, OutcomeLine
    from reports.context.surveys import Answered, Survey

# Under one answer in five those who answer may well be unlike those who do not; the usual floor for mailed surveys,
# chosen in 2026.
LOW_RESPONSE = 0.2


def belief(text: Text, survey: Survey, outcomes: Sequence[Outcome]) -> Finding:
    """The answer in a word, who answered, and whether low scores foretell leaving."""
    outcome = next((one for one in outcomes if one.survey_type == survey.survey_type), None)
    sentences = [
        _verdict(text, survey.answered, outcome),
        answered(text, survey.answered),
        covered(text, survey.answered),
        _foretold(text, outcome),
    ]
    return Finding(text.gettext("Is the survey worth believing?"), " ".join(part for part in sentences if part))


def _verdict(text: Text, who: Answered, outcome: Outcome | None) -> str:
    gap = outcome.gap if outcome else None
    rate = who.response_rate.amount
    if gap is None:
        return text.gettext("Not proven: too few customers answered to see who of them left.")
    if not gap.is_more:
        return text.gettext("Not proven: low scores do not clearly foretell who leaves.")
    if rate is None:
        return text.gettext("Yes, as a warning: low scores foretell who leaves; how many were asked is not known.")
    if rate < LOW_RESPONSE:
        return text.gettext("As a warning, yes; as a measure of all, no: few of those asked answered.")
    return text.gettext("Yes: low scores foretell who leaves.")


def answered(text: Text, who: Answered) -> str:
    """How many of those asked answered, or why that is not known."""
    if not who.response_rate.known:
        return text.gettext("No response rate: {reason}", reason=who.no_response_rate)
    return text.gettext(
        "{answers} of {invited} invitations were answered ({rate}).",
        answers=text.f.number(who.completed),
        invited=text.f.number(who.delivered),
        rate=text.f.percent(who.response_rate),
    )


def covered(text: Text, who: Answered) -> str:
    """For how many customers the answers speak; "" where that is not known."""
    if not who.coverage.known or not who.coverage_denominator.number:
        return ""
    return text.gettext(
        "The answers speak for {answered} of {customers} customers ({share}).",
        answered=text.f.number(who.coverage_numerator),
        customers=text.f.number(who.coverage_denominator),
        share=text.f.percent(who.coverage),
    )


def _foretold(text: Text, outcome: Outcome | None) -> str:
    low, high = (outcome.line(band) if outcome else None for band in ("at_risk", "advocate"))
    if low is None or high is None:
        return ""
    return text.gettext(
        "Gone within three months: {low} {low_rate}, {high} {high_rate}.",
        low=outcome_label(text, low),
        low_rate=text.f.percent(low.left.rate),
        high=outcome_label(text, high),
        high_rate=text.f.percent(high.left.rate),
    )


def outcome_label(text: Text, line: OutcomeLine) -> str:
    """The band's name in its survey."""
    return band_label(text, line.survey_type, line.band.replace("_", " "))


def loyal_or_captive(text: Text, loyal: Loyal) -> Finding:
    """How many of those who stayed are loyal, and how many merely stay."""
    body = text.ngettext(
        "{loyal} ({loyal_share}) of the one customer who answered in twelve months and stayed are loyal: advocates who"
        " bought again or renewed. {captive} ({captive_share}) are captive: they stay with a low score.",
        "{loyal} ({loyal_share}) of the {retained} customers who answered in twelve months and stayed are loyal:"
        " advocates who bought again or renewed. {captive} ({captive_share}) are captive: they stay with a low score.",
        loyal.retained,
        loyal=text.f.number(loyal.loyal_customers),
        loyal_share=text.f.percent(loyal.loyal.rate),
        retained=text.f.number(loyal.retained),
        captive=text.f.number(loyal.captive_customers),
        captive_share=text.f.percent(loyal.captive.rate),
    )
    return Finding(text.gettext("Loyal against captive"), body)


def drivers_title(text: Text, drivers: Sequence[Driver]) -> str:
    """What the table of drivers shows."""
    survey = label(text, SHORT_SURVEYS, drivers[0].survey_type)
    return text.gettext("What goes with the score: {survey}", survey=survey)


def drivers_note(text: Text, drivers: Sequence[Driver]) -> str:
    """What goes with the score most, or that nothing does."""
    if not any(driver.is_ranked for driver in drivers):
        return text.gettext("Too few answers to put them in order.")
    first = drivers[0]
    if not first.is_significant:
        return text.gettext("None of them clearly goes with the score.")
    linked = [driver for driver in drivers if driver.is_significant]
    lowest = min(linked, key=lambda driver: (driver.mean.amount or 0.0, driver.label))
    if lowest.label == first.label:
        return text.gettext("{driver} goes with the score most.", driver=first.label)
    return text.gettext(
        "{driver} goes with the score most; {lowest} is rated lowest of those that do.",
        driver=first.label,
        lowest=lowest.label,
    )


def ratings_note(text: Text, ratings: Sequence[Rating]) -> str:
    """Public ratings by platform, as shares of the best possible."""
    named = "; ".join(
        text.gettext(
            "{platform} {mean} ({count})",
            platform=rating.label,
            mean=text.f.percent(rating.mean, 0),
            count=text.f.number(rating.ratings),
        )
        for rating in ratings
    )
    return text.gettext("In public, of the best possible rating (number of ratings): {named}.", named=named)
