"""The cover's sentences, each chosen by a rule."""

from __future__ import annotations

import pytest

from reports.charts.typeface import text_width
from reports.context.cover_layout import (
    LEAST_ROWS,
    MOST_ROWS,
    TILE_WIDTHS,
    Story,
    is_long,
    rows_in,
    story_room,
    tiles_across,
)
from reports.narrative import causes, cover
from tests.unit.reports_text.small import ledger, measure, plain, reason, segment, words


@pytest.mark.parametrize(
    ("now", "before", "target", "expected"),
    [
        (0.978, 0.972, None, "No clear change: retention is 97.8 %"),
        (0.978, 0.972, 0.982, "No clear change: retention is 97.8 %, 0.4 pp below target"),
        (0.978, 0.972, 0.9781, "No clear change: retention is 97.8 %, on target"),
        (0.978, 0.950, 0.970, "Retention rose to 97.8 %, 0.8 pp above target"),
        (0.978, 0.950, 0.990, "Retention rose to 97.8 %, still 1.2 pp below target"),
        (0.940, 0.978, 0.970, "Retention fell to 94.0 %, 3.0 pp below target"),
        (0.940, 0.978, 0.930, "Retention fell to 94.0 %, still 1.0 pp above target"),
        (0.940, 0.978, None, "Retention fell to 94.0 %"),
        (0.978, None, 0.970, "Retention is 97.8 %, 0.8 pp above target"),
        (None, 0.978, 0.970, "No retention rate this month: nobody was a customer at its start"),
    ],
)
def test_headline(now: float | None, before: float | None, target: float | None, expected: str) -> None:
    assert plain(cover.headline(words(), measure(now=now, before=before, target=target))) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("hu", "A megtartás 97,8 %-ra nőtt, de még 1,2 százalékponttal a cél alatt van"),
        ("pl", "Utrzymanie klientów wzrosło do 97,8 %, wciąż 1,2 p.p. poniżej celu"),
    ],
)
def test_headline_in_other_languages(language: str, expected: str) -> None:
    assert plain(cover.headline(words(language), measure(now=0.978, before=0.95, target=0.99))) == expected


@pytest.mark.parametrize(
    ("lost", "before", "expected"),
    [
        (15, 0.972, "Of 500 customers at the start of the month, 15 left. Last month’s rate was 97.2 %; the difference "
                    "is within what chance explains."),
        (1, 0.9, "Of 500 customers at the start of the month, one left. Last month’s rate was 90.0 %; the difference "
                 "is more than chance explains."),
        (0, None, "All 500 customers of the month’s start stayed."),
    ],
)  # fmt: skip
def test_standfirst(lost: int, before: float | None, expected: str) -> None:
    assert plain(cover.standfirst(words(), measure(before=before), ledger(lost=lost))) == expected


@pytest.mark.parametrize(
    ("new", "lost", "expected"),
    [
        (20, 15, "10 customers more than a month ago."),
        (10, 14, "One customer more than a month ago."),
        (10, 15, "As many customers joined as left."),
        (10, 16, "One customer fewer than a month ago."),
        (10, 1015, "1 000 customers fewer than a month ago."),
    ],
)
def test_what_changed(new: int, lost: int, expected: str) -> None:
    assert plain(cover.what_changed(words(), ledger(new=new, lost=lost))) == expected


def test_one_customer_who_stayed() -> None:
    assert cover.standfirst(words(), measure(before=None), ledger(start=1, lost=0)) == (
        "The one customer of the month’s start stayed."
    )


def test_a_month_without_a_row_says_so() -> None:
    assert cover.what_changed(words(), ledger(None)) == "There is no ledger for this month."
    assert cover.standfirst(words(), measure(before=None), ledger(None)) == ""


def test_where_calls_a_change_only_where_there_is_one() -> None:
    assert (
        plain(cover.where(words(), [segment("Plan Pro", 0.99, 0.90)]))
        == "Plan Pro: retention rose from 90.0 % to 99.0 %."
    )
    assert (
        plain(cover.where(words(), [segment("Plan Pro", 0.90, 0.99)]))
        == "Plan Pro: retention fell from 99.0 % to 90.0 %."
    )
    unclear = plain(cover.where(words(), [segment("Plan Pro", 0.90, 0.99, half=0.2)]))
    assert unclear.startswith(
        "No segment changed clearly. The difference that weighs most: Plan Pro, 99.0 % last month, 90.0 % now"
    )
    assert cover.where(words(), []) == "There are no segments to compare with last month."


def test_why_names_the_first_known_reason() -> None:
    found = [reason("Unknown", 9, 0.6), reason("Price", 6, 0.4)]
    assert (
        plain(causes.why(words(), found, ledger().lost)) == "Most named reason: Price, 6 of 15 lost customers (40 %)."
    )
    assert causes.why(words(), found[:1], ledger().lost) == "The reasons of those who left are not known."
    assert causes.why(words(), [], ledger().lost) == "The reasons of those who left are not known."
    assert causes.why(words(), [], ledger(lost=0).lost) == "Nobody left this month."


def test_reasons_named_equally_often_are_all_named() -> None:
    lost = ledger().lost
    two = [reason("Price", 5, 1 / 3), reason("Need", 5, 1 / 3), reason("Other", 1, 0.1)]
    assert (
        plain(causes.why(words(), two, lost)) == "Most named reasons: Price, Need, 5 each of 15 lost customers (33 %)."
    )
    four = [reason(name, 3, 0.2) for name in ("Price", "Need", "Other", "Service")]
    assert causes.why(words(), four, lost) == "No reason stands out among 15 lost customers."


@pytest.mark.parametrize(
    ("name", "expected"),
    [("nps", "25 answers"), ("mrr_end", "25 paying customers"), ("churn_rate", "25 customers lost")],
)
def test_what_a_figure_rests_on(name: str, expected: str) -> None:
    assert cover.size_note(words(), measure(name, size=25)) == expected
    assert cover.size_note(words(), measure(name, size=None)) == "no data this month"


def test_every_metric_of_the_cover_says_what_it_rests_on() -> None:
    from reports.context.metrics import METRICS

    for metric in METRICS:
        assert "25" in cover.size_note(words(), measure(metric.name, size=25))


def test_a_long_headline_is_set_smaller_and_leaves_rows() -> None:
    short, long = (
        "Retention rose to 97.8 %",
        "Nincs egyértelmű változás: a megtartás 96,3 %, 1,7 százalékponttal a cél alatt van",
    )
    assert (is_long(short), is_long(long)) == (False, True)
    assert story_room(short, "", 2, 9) > story_room(long, "word " * 60, 2, 9)


def test_rows_are_what_the_sentences_leave() -> None:
    assert rows_in(100.0, "", (), 10.0) == MOST_ROWS
    assert rows_in(70.0, "", ("word",), 10.0) == 5
    assert rows_in(10.0, "word " * 60, (), 10.0) == LEAST_ROWS


def test_actions_take_the_room_their_words_need() -> None:
    story = Story(where="", ledger_line="", why="", whys=(), what_next="Begin.")
    assert story.action_rows(85.0, [("Call", "Anna")] * 5) == 3
    assert story.action_rows(88.0, [("Call", "")] * 9) == 5
    assert story.action_rows(500.0, [("Call", "Anna")] * 5) == 5
    assert story.action_rows(0.0, [("Call", "Anna")] * 5) == LEAST_ROWS


@pytest.mark.parametrize(("count", "across"), [(1, 3), (3, 3), (4, 4), (5, 3), (6, 3), (7, 4), (8, 4)])
def test_key_figures_leave_no_hole(count: int, across: int) -> None:
    assert tiles_across(count) == across


@pytest.mark.parametrize("language", ["en", "hu", "pl"])
def test_the_name_of_a_key_figure_takes_one_line(language: str) -> None:
    from reports.narrative.labels import METRICS

    text = words(language)
    wide = {name: text_width(text.gettext(METRICS[name]), 7.5, 600) for name in METRICS if name != "customers_end"}
    assert {name: width for name, width in wide.items() if width > TILE_WIDTHS[4]} == {}


def test_the_ledger_is_one_equation() -> None:
    line = plain(cover.ledger_line(words(), ledger()))
    assert line == "500 at the start +20 new +5 returned −15 lost = 510"
    assert cover.ledger_line(words(), ledger(start=None)) == ""
