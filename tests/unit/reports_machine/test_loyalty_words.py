"""What the loyalty page says, by rule, in three languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.context.loyalty_rfm import Rfm, RfmLine
from reports.context.loyalty_tiers import MoveLine, PointsMonth, Programme, Referrals, TierLine
from reports.figures import total
from reports.narrative import loyalty as words
from reports.text import text_for
from tests.unit.reports_machine.helpers import figure

EN, HU, PL = (text_for(language, "EUR") for language in ("en", "hu", "pl"))
NOTHING = figure(None)
BARE = Programme(NOTHING, NOTHING, (), (), figure(0), (), (), figure(0), (), NOTHING, None)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def segment(code: str, customers: int, share: float, revenue_share: float | None, revenue: int = 900) -> RfmLine:
    label = EN.gettext(words.RFM_SEGMENTS[code])
    return RfmLine(
        code, label, figure(customers), figure(share), figure(revenue), figure(revenue_share), *(figure(0.9),) * 3,
        figure(customers),
    )  # fmt: skip


def rfm(*lines: RfmLine) -> Rfm:
    return Rfm(lines, total(*(line.customers for line in lines)), figure(0), 1.0, (), ())


BUYERS = rfm(segment("champions", 13, 0.13, 0.27), segment("loyal", 27, 0.27, 0.5), segment("at_risk", 60, 0.6, 0.23))


def tier(name: str, rate: float | None) -> TierLine:
    return TierLine(name, name, *(figure(10),) * 2, *(figure(rate),) * 3, figure(20.0), True)


def test_the_headline_names_who_brings_the_revenue() -> None:
    said = plain(words.headline(EN, BUYERS, BARE))
    assert said == "Loyal customers and champions: 40 % of buyers, 77 % of their revenue"


def test_one_segment_holds_everybody() -> None:
    assert (
        words.headline(EN, rfm(segment("promising", 4, 1.0, 1.0)), BARE) == "All buyers are in one segment: Promising"
    )


@pytest.mark.parametrize(("count", "said"), [(1, "One buyer of 24"), (2, "The 2 buyers of 24")])
def test_buyers_without_revenue_are_said_to_bring_none(count: int, said: str) -> None:
    lines = (segment("promising", count, 0.5, None), segment("lost", 0, 0.5, None))
    assert words.headline(EN, rfm(*lines), BARE).startswith(said)


def test_without_orders_the_members_are_the_headline() -> None:
    members = replace(BARE, members=figure(30), member_share=figure(0.313))
    assert plain(words.headline(EN, None, members)) == "31 % of customers belong to the loyalty programme"


@pytest.mark.parametrize(("count", "said"), [(1, "One customer was referred"), (7, "7 customers were referred")])
def test_without_members_the_referrals_are(count: int, said: str) -> None:
    referrals = Referrals(figure(count), *(figure(0),) * 6)
    assert words.headline(EN, None, replace(BARE, referrals=referrals)).startswith(said)


def test_what_is_withheld_is_said() -> None:
    assert words.headline(EN, None, BARE) == "Too few customers to part them by loyalty"


def test_the_standfirst_names_good_buyers_who_have_not_been_back() -> None:
    assert plain(words.standfirst(EN, BUYERS, BARE)) == (
        "60 good buyers have not been back for long: € 900 in the last twelve months."
    )


def test_polish_buyers_are_counted_in_the_genitive() -> None:
    said = words.standfirst(PL, rfm(segment("at_risk", 34, 1.0, 1.0)), BARE)
    assert said.startswith("34 dobrych klientów dawno nie wróciło")


def test_members_and_everybody_else_stand_beside_each_other_without_a_judgement() -> None:
    both = replace(BARE, tiers=(tier("(members)", 0.981), tier("(none)", 0.97)))
    said = plain(words.standfirst(EN, None, both))
    assert said == "Of the members 98.1 % stayed this month, of everybody else 97.0 %."
    for word in ("better", "more loyal", "improved", "higher"):
        assert word not in said


def test_members_alone_are_told_alone() -> None:
    alone = replace(BARE, tiers=(tier("(members)", 1.0), tier("(none)", None)))
    assert plain(words.standfirst(EN, None, alone)) == "Of the members 100.0 % stayed this month."
    assert words.standfirst(EN, None, replace(BARE, tiers=(tier("(members)", None),))) == ""


def test_hungarian_segments_stand_small_inside_the_sentence() -> None:
    lines = [replace(line, label=HU.gettext(words.RFM_SEGMENTS[line.segment])) for line in BUYERS.lines]
    assert (
        plain(words.headline(HU, rfm(*lines), BARE)) == "Hűséges vevők és bajnokok: a vevők 40 %-a, a bevételük 77 %-a"
    )


def test_the_moves_note_is_empty_where_all_is_shown() -> None:
    shown = replace(BARE, moves=(MoveLine("a", "b", figure(3), figure(9)),))
    assert words.moves_note(EN, shown) == ""
    hidden = replace(BARE, moves=(MoveLine("a", "b", figure(None), figure(9)),))
    assert words.moves_note(EN, hidden) == "n/a: too few to be shown."


def test_the_alt_text_says_the_finding() -> None:
    month = PointsMonth(date(2024, 12, 1), figure(68340), figure(64400), figure(63255), figure(2019))
    assert plain(words.points_alt(EN, month)) == (
        "Points by month; in the newest month 68 340 were earned, 64 400 redeemed and 63 255 expired."
    )


def test_every_segment_has_a_word_and_a_meaning_in_every_language() -> None:
    assert set(words.RFM_MEANINGS) == set(words.RFM_SEGMENTS)
    for text in (HU, PL):
        for table in (words.RFM_SEGMENTS, words.RFM_MEANINGS):
            assert all(text.gettext(word) != word for word in table.values())
