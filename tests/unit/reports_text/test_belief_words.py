"""Is the survey worth believing: the answer by rule, and what scores go with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.context.contrast import Share
from reports.context.survey_lines import Rating
from reports.context.survey_meaning import Driver, Loyal, Outcome, OutcomeLine
from reports.context.surveys import Answered, Survey
from reports.figures import Figure
from reports.narrative import belief
from tests.unit.reports_text.small import measure, of, plain, words


def share(rate: float, half: float = 0.02, size: int = 300) -> Share:
    """A share whose bounds are `half` away."""
    return Share(of(rate), of(rate - half), of(rate + half), of(size))


def survey(rate: float | None = 0.33, reason: str = "") -> Survey:
    """An NPS survey with a response rate."""
    response = of(rate)
    invited = of(None) if rate is None else of(544)
    who = Answered(of(157), of(181), invited, response, of(0.066), of(151), of(2301), of(7.96), reason)
    return Survey("nps", "NPS", "NPS", "", "", "", "", measure("nps", now=38.9), who, ())


def outcome(at_risk: float, advocate: float, half: float = 0.02) -> Outcome:
    """Who left after a low and after a high score."""
    rates = (("at_risk", at_risk), ("advocate", advocate))
    return Outcome("nps", tuple(OutcomeLine("nps", band, share(rate, half)) for band, rate in rates))


def driver(label: str, rho: float, mean: float = 4.0, *, significant: bool = True, ranked: bool = True) -> Driver:
    """A driver of NPS."""
    return Driver("nps", label, of(rho), of(mean), of(900), significant, ranked)


@pytest.mark.parametrize(
    ("found", "rate", "start"),
    [
        ([outcome(0.24, 0.08)], 0.33, "Yes: low scores foretell who leaves."),
        ([outcome(0.24, 0.08)], 0.12, "As a warning, yes; as a measure of all, no: few of those asked answered."),
        ([outcome(0.24, 0.08)], None, "Yes, as a warning: low scores foretell who leaves; how many were asked"),
        ([outcome(0.10, 0.08, 0.05)], 0.33, "Not proven: low scores do not clearly foretell who leaves."),
        ([outcome(0.08, 0.24)], 0.33, "Not proven: low scores do not clearly foretell who leaves."),
        ([], 0.33, "Not proven: too few customers answered to see who of them left."),
    ],
)
def test_a_survey_is_believed_for_what_it_foretells(found: list[Outcome], rate: float | None, start: str) -> None:
    told = belief.belief(words(), survey(rate, "Nobody was invited this month."), found)
    assert told.title == "Is the survey worth believing?"
    assert told.body.startswith(start)


def test_the_rate_is_of_all_answers_that_came_back() -> None:
    assert plain(belief.answered(words(), survey().answered)) == "181 of 544 invitations were answered (33.0 %)."
    assert belief.answered(words(), survey(None, "Nobody was invited this month.").answered) == (
        "No response rate: Nobody was invited this month."
    )


def test_coverage_is_left_out_where_it_is_not_known() -> None:
    who = survey().answered
    assert plain(belief.covered(words(), who)) == "The answers speak for 151 of 2 301 customers (6.6 %)."
    assert belief.covered(words(), replace(who, coverage=of(None))) == ""
    assert belief.covered(words(), replace(who, coverage_denominator=of(0))) == ""


@pytest.mark.parametrize(
    ("drivers", "expected"),
    [
        ([driver("Delivery", 0.6, 3.9), driver("Support", 0.2, 3.7)],
         "Delivery goes with the score most; Support is rated lowest of those that do."),
        ([driver("Delivery", 0.6, 3.5), driver("Support", 0.2, 3.7)], "Delivery goes with the score most."),
        ([driver("Delivery", 0.6, 3.9), driver("Price", 0.0, 3.0, significant=False)],
         "Delivery goes with the score most."),
        ([driver("Price", 0.0, significant=False)], "None of them clearly goes with the score."),
        ([driver("Delivery", 0.6, ranked=False)], "Too few answers to put them in order."),
    ],
)  # fmt: skip
def test_the_strongest_driver_is_named_where_it_may_be(drivers: list[Driver], expected: str) -> None:
    assert belief.drivers_note(words(), drivers) == expected


def test_the_table_of_drivers_names_its_survey() -> None:
    assert belief.drivers_title(words("hu"), [driver("Delivery", 0.6)]) == "Ami a pontszámmal együtt jár: NPS"


def loyal(retained: int) -> Loyal:
    """Customers who answered and stayed."""
    counts: tuple[Figure, Figure] = (of(644), of(250))
    return Loyal(of(retained), share(0.441), share(0.171), *counts, of(0.388), share(0.476))


def test_loyal_and_captive_are_counted_in_each_language() -> None:
    told = belief.loyal_or_captive(words(), loyal(1459))
    assert plain(told.body).startswith("644 (44.1 %) of the 1 459 customers who answered in twelve months and stayed")
    assert "250 (17.1 %) are captive" in plain(told.body)
    assert plain(belief.loyal_or_captive(words("pl"), loyal(1)).body).startswith("Z jednego klienta")
    assert plain(belief.loyal_or_captive(words("hu"), loyal(1459)).body).startswith("A tizenkét hónapon belül")


def test_public_ratings_are_shares_of_the_best() -> None:
    ratings = [Rating("Trustpilot", of(0.893), of(7)), Rating("Google", of(0.854), of(6))]
    assert plain(belief.ratings_note(words(), ratings)) == (
        "In public, of the best possible rating (number of ratings): Trustpilot 89 % (7); Google 85 % (6)."
    )
