"""Why retention moved: the sentences on rates and weights, on reasons and on what the score goes with."""

from __future__ import annotations

import pytest

from reports.context.causes import Driver, Mix
from reports.narrative import causes
from reports.verdicts import Change, Verdict
from tests.unit.reports_text.small import of, plain, reason, words


def retention(verdict: Verdict) -> Change:
    return Change(of(-0.013), verdict, "bad")


def mix(rates: float, weights: float) -> Mix:
    return Mix("Plan", of(rates), of(weights), of(rates + weights))


def test_the_rates_are_named_where_the_weights_hardly_moved() -> None:
    said = plain(causes.rates_or_weights(words(), retention("down"), mix(-0.0131, 0.0001)))
    assert said == "Not another mix of customers: all of the −1.3 pp comes from the rates of the segments themselves."


def test_both_are_named_where_both_moved() -> None:
    said = plain(causes.rates_or_weights(words(), retention("up"), mix(0.01, 0.004)))
    assert said == (
        "Of the +1.4 pp, +1.0 pp comes from the rates of the segments, +0.4 pp from another mix of customers (Plan)."
    )


@pytest.mark.parametrize("verdict", ["none", "untested"])
def test_no_clear_change_is_not_explained(verdict: Verdict) -> None:
    assert causes.rates_or_weights(words(), retention(verdict), mix(0.01, 0.004)) == ""


def test_without_a_month_before_nothing_is_explained() -> None:
    assert causes.rates_or_weights(words(), retention("down"), None) == ""


def test_only_a_verdict_makes_a_share_larger() -> None:
    found = [reason("Price", 6, 0.4, "up"), reason("Need", 3, 0.2, "none"), reason("Service", 3, 0.2, "down")]
    assert causes.shifted(words(), found) == "Clearly larger share than a year ago: Price."
    assert causes.shifted(words(), found[1:]) == ""


def test_unknown_reasons_are_no_finding() -> None:
    assert causes.shifted(words(), [reason("Unknown", 6, 0.4, "up")]) == ""


def test_the_driver_is_quoted_with_its_answers() -> None:
    said = plain(causes.driven(words(), Driver("delivery", of(916))))
    assert said == "The recommendation score goes most with “Delivery” (916 answers)."
    assert causes.driven(words(), None) == ""


def test_a_long_driver_is_cut() -> None:
    assert "…" in causes.driven(words(), Driver("word " * 60, of(916)))


def test_there_is_room_for_two_sentences() -> None:
    found = causes.further(
        words(), retention("down"), mix(-0.01, 0.0), [reason("Price", 6, 0.4, "up")], Driver("delivery", of(916))
    )
    assert len(found) == 2
    assert found[0].startswith("Not another mix")
