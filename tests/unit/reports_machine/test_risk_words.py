"""What the page of customers at risk says, by rule, in three languages."""

from __future__ import annotations

import pytest

from reports.context.at_risk import OwnerLine, RiskList
from reports.context.risk_signals import SignalLine, Signals
from reports.figures import Figure
from reports.narrative import risk as words
from reports.text import text_for
from tests.unit.reports_machine.helpers import figure

EN, HU, PL = (text_for(language, "EUR") for language in ("en", "hu", "pl"))


def line(customers: int | None, unlisted: int = 0, name: str = "any") -> SignalLine:
    share = None if customers is None else customers / 100
    return SignalLine(
        name, name, figure(customers), figure(unlisted), figure(None if customers is None else customers * 1000),
        figure(share), figure(share), figure(share), 1.0,
    )  # fmt: skip


def signals(customers: int | None, *, unlisted: int = 0, first: int = 0, off: tuple[str, ...] = ()) -> Signals:
    return Signals(
        line(customers, unlisted), figure(1_000_000), figure(0.314), (), off, figure(first), figure(first * 500)
    )


def listed(*owners: tuple[str, int]) -> RiskList:
    lines = tuple(OwnerLine(name, figure(count), figure(count * 10), "Get in touch") for name, count in owners)
    count = sum(number for _, number in owners)
    customers: tuple[Figure, ...] = tuple(figure(1) for _ in range(count))
    return RiskList(customers, lines, figure(count))  # type: ignore[arg-type]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_headline_says_how_many_and_whose_job_it_is() -> None:
    said = words.headline(EN, signals(786), listed(("Őry Gergő", 10), ("Jörg Weiß", 3)))
    assert said == "786 customers show signs of leaving; most to do: Őry Gergő"


def test_two_with_equally_much_to_do_are_both_named() -> None:
    said = words.headline(EN, signals(786), listed(("Őry Gergő", 10), ("Szűcs Ágnes", 10), ("Jörg Weiß", 3)))
    assert said.endswith("most to do: Őry Gergő, Szűcs Ágnes")


def test_three_with_equally_much_to_do_are_not_singled_out() -> None:
    said = words.headline(EN, signals(9), listed(("A", 3), ("B", 3), ("C", 3)))
    assert said == "9 customers show signs of leaving"


def test_a_single_owner_has_all_of_it() -> None:
    said = words.headline(EN, signals(4), listed(("Őry Gergő", 4)))
    assert said == "4 customers show signs of leaving; all of it is one person’s job: Őry Gergő"


def test_nobody_named_is_said() -> None:
    assert words.headline(EN, signals(4), listed(("", 4))).endswith("nobody is named to look after them")


def test_nobody_to_list_leaves_the_number() -> None:
    assert words.headline(EN, signals(4, unlisted=4), listed()) == "4 customers show signs of leaving"


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "Jeden klient wykazuje oznaki odejścia"), (3, "3 klientów wykazuje oznaki odejścia"),
     (5, "5 klientów wykazuje oznaki odejścia"), (22, "22 klientów wykazuje oznaki odejścia")],
)  # fmt: skip
def test_polish_counts_people_in_the_genitive(count: int, said: str) -> None:
    assert words.headline(PL, signals(count), listed()) == said


@pytest.mark.parametrize(
    ("count", "said"), [(1, "Egy ügyfélnél látszik a távozás jele"), (404, "404 ügyfélnél látszik a távozás jele")]
)
def test_hungarian_keeps_the_noun_in_the_singular(count: int, said: str) -> None:
    assert words.headline(HU, signals(count), listed()) == said


def test_nobody_at_risk_is_good_news_in_plain_words() -> None:
    assert words.headline(EN, signals(0), listed()) == "No customer shows a sign of leaving"
    assert "dated facts" in words.standfirst(EN, signals(0), listed())


def test_what_is_withheld_leaves_the_list() -> None:
    assert words.headline(EN, signals(None), listed(("A", 2))) == "2 customers to act on first"
    assert words.headline(EN, signals(None), listed()).startswith("Too few customers")


def test_the_standfirst_says_what_is_at_stake_and_with_whom_to_start() -> None:
    said = plain(words.standfirst(EN, signals(786, first=23), listed(("A", 50))))
    assert said == (
        "They stand for € 786 k a year, 31 % of what all customers bring. Start with the 23 customers of the most "
        "valuable third who show two signals or more (€ 11.5 k)."
    )


def test_one_to_start_with_is_said_in_the_singular() -> None:
    assert "the one customer of the most valuable third who shows" in words.standfirst(
        EN, signals(5, first=1), listed(("A", 5))
    )


def test_without_urgent_ones_of_value_it_says_so() -> None:
    assert "Nobody of the most valuable third shows more than one." in words.standfirst(
        EN, signals(5), listed(("A", 5))
    )


def test_who_must_not_be_contacted_is_counted_and_said() -> None:
    assert words.notes(EN, signals(9, unlisted=2)) == ("2 of them must not be contacted: counted here, not listed.",)
    assert words.notes(EN, signals(9, unlisted=1))[0].startswith("One of them")
    assert words.notes(EN, signals(9)) == ()


def test_signals_that_cannot_be_seen_are_named() -> None:
    assert words.notes(EN, signals(9, off=("Complaint", "Low score"))) == (
        "Not watched, because its data were never delivered: Complaint, Low score.",
    )


def test_nothing_is_said_to_rise_or_fall() -> None:
    """No test stands behind a change of the share, so no word may claim one."""
    said = " ".join(
        (words.headline(EN, signals(9, first=2), listed(("A", 9))), words.standfirst(EN, signals(9), listed(("A", 9))),
         *words.notes(EN, signals(9, unlisted=2)), words.trend_alt(EN, signals(9)))
    )  # fmt: skip
    for word in ("rose", "fell", "more than last", "fewer than last", "improved", "worse"):
        assert word not in said


def test_the_alt_text_says_the_finding() -> None:
    assert plain(words.trend_alt(EN, signals(9))) == (
        "Share of customers with a signal by month; the newest is 9.0 %, 95 % interval 9.0–9.0 %."
    )
    assert words.trend_alt(EN, signals(None)).endswith("the newest one is not known.")


def test_every_signal_and_step_has_a_word_in_every_language() -> None:
    for text in (HU, PL):
        for table in (words.SIGNALS, words.STEPS):
            assert all(text.gettext(word) != word for word in table.values())
