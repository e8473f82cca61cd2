"""The sentences of the service page, and the words for channels, subjects and the like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.context.care import Matrix, ReviewLine, Reviews, Variant
from reports.context.cases import Breakdown, Cases
from reports.context.contrast import Contrast, Share, contrast
from reports.narrative import service
from reports.narrative.contact_labels import CHANNELS, DRIVERS, contact_label
from tests.unit.reports_text.small import of, plain, words

FIGURES = {
    "cases": 93.0, "resolution_hours_median": 14.1, "first_contact_rate": 0.93, "complaints": 25,
    "complaints_per_100": 1.0912,
}  # fmt: skip


def cases(*, is_hidden: bool = False, **changed: float | None) -> Cases:
    """A month of 93 cases, some of its figures replaced."""
    return Cases({name: of(value) for name, value in {**FIGURES, **changed}.items()}, (), is_hidden)


def share(rate: float | None, half: float = 0.05, size: int = 100) -> Share:
    """A share whose bounds are `half` away."""
    if rate is None:
        return Share(*(of(None) for _ in range(4)))
    return Share(of(rate), of(rate - half), of(rate + half), of(size))


def matrix(quick: float | None, slow: float | None, wrong: float | None) -> Matrix:
    """Satisfied with a quick right answer, a slow right one, a quick wrong one; the fourth is unknown."""
    return Matrix(((share(quick), share(slow)), (share(wrong), share(None))))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "Half of the cases were solved within 14.1 hours, 93.0 % at first contact"),
        ({"first_contact_rate": None}, "Half of the cases were solved within 14.1 hours"),
        ({"resolution_hours_median": 0.25}, "Half of the cases were solved within 0.25 hours, 93.0 % at first contact"),
        ({"resolution_hours_median": None}, "Fewer than half of the month’s cases are solved yet"),
        ({"cases": 0}, "No service case was opened this month"),
        ({"cases": None}, "No service case was opened this month"),
    ],
)
def test_the_headline_says_how_long_a_case_takes(changed: dict[str, float | None], expected: str) -> None:
    assert plain(service.headline(words(), cases(**changed))) == expected


def test_too_few_cases_are_said_to_be_too_few() -> None:
    assert service.headline(words(), cases(is_hidden=True)) == "Too few service cases to show figures this month"


@pytest.mark.parametrize(
    ("found", "start"),
    [
        (matrix(0.92, 0.65, 0.58), "Speed and correctness both count: 92.0 %"),
        (matrix(0.92, 0.65, 0.90), "Speed counts: 92.0 % are satisfied with a reply within the hour, 65.0 %"),
        (
            matrix(0.92, 0.90, 0.58),
            "Correctness counts: 92.0 % are satisfied with a reply that solves the case, 58.0 %",
        ),
        (matrix(0.92, 0.90, 0.91), "Neither speed nor a solution at first contact makes a clear difference"),
        (matrix(0.60, 0.92, 0.91), "Neither speed nor a solution at first contact makes a clear difference"),
        (matrix(None, 0.9, 0.9), "Complaints among the month’s cases: 25 of 93, or 1.09 for each hundred customers."),
        (None, "Complaints among the month’s cases: 25 of 93"),
    ],
)
def test_the_standfirst_says_what_satisfies(found: Matrix | None, start: str) -> None:
    assert plain(service.standfirst(words(), cases(complaints=25), found)).startswith(start)


def test_a_month_without_cases_needs_no_standfirst() -> None:
    assert service.standfirst(words(), cases(cases=0), None) == ""


def test_one_complaint_is_one() -> None:
    assert service.complaints_counted(words(), cases(complaints=1)) == "1 complaint this month"
    assert service.complaints_counted(words("pl"), cases(complaints=3)) == "3 skargi w miesiącu"
    assert service.complaints_counted(words(), cases(complaints=None)) == "no cases to tell it from"


def test_the_slow_tenth_may_still_be_open() -> None:
    assert plain(service.slowest(words(), of(252.6))) == "one in ten took over 253 h"
    assert service.slowest(words(), of(None)) == "more than one in ten still open"


def test_bounds_stand_with_what_they_rest_on() -> None:
    assert plain(service.interval(words(), share(0.9))) == "95 %: 85.0–95.0 % (100 cases)"
    assert plain(service.answers(words(), share(0.9, size=1))) == "95 %: 85.0–95.0 % (1 answer)"
    assert service.answers(words(), share(None)) == "nobody answered"


def test_a_variant_is_called_better_only_where_its_gap_is_clear() -> None:
    clear = Variant("short", "Short", share(0.8), Contrast(of(0.12), of(0.02), of(0.22)))
    chance = replace(clear, gap=Contrast(of(0.12), of(-0.02), of(0.26)))
    assert plain(service.variants_note(words(), (clear,))) == (
        "Short: clearly more satisfied than all others, by 12.0 pp."
    )
    assert service.variants_note(words(), (chance,)) == "No clear difference between the variants."


def test_reviews_say_how_many_cases_they_looked_at() -> None:
    whole = ReviewLine("(all)", "", of(80.2), of(78.2), of(82.2), of(265))
    assert plain(service.reviewed(words(), Reviews(whole, (), of(0.21)))) == (
        "All: 80.2 from 265 reviews; 21.0 % of the cases were reviewed."
    )
    assert service.reviewed(words(), Reviews(None, (), of(None))) == ""


def test_what_a_table_leaves_out_is_said() -> None:
    assert service.breakdown_note(words(), Breakdown((), of(31), of(2), of(None))) == (
        "And 31 more with fewer cases. The smallest groups are not shown."
    )
    assert service.breakdown_note(words(), Breakdown((), of(0), of(0), of(None))) == ""


def test_trends_without_a_value_say_so() -> None:
    assert service.trend_alt(words(), "Hours", []) == "Hours: no month has a value."
    ends = [("Jan 24", "12 h"), ("Dec 24", "14 h")]
    assert service.trend_alt(words(), "Hours", ends) == "Hours: 12 h (Jan 24), 14 h (Dec 24)."


def test_hours_are_finer_the_fewer_they_are() -> None:
    f = words().f
    assert [f.hours(of(value)) for value in (0.022, 9.996, 14.1, 252.63, None)] == [
        "0.02",
        "10.0",
        "14.1",
        "253",
        "n/a",
    ]


def test_codes_are_told_in_words_and_unlisted_ones_as_they_came() -> None:
    assert contact_label(words("hu"), CHANNELS, "live_chat") == "Élő chat"
    assert contact_label(words(), CHANNELS, "fax_machine") == "Fax machine"
    assert contact_label(words(), DRIVERS, "(none)") == words().f.none_label


def test_a_contrast_is_newcombes() -> None:
    # Newcombe 1998, table II, example (a): 56/70 against 48/80 is 0.2 with 0.0524 to 0.3339.
    found = contrast(
        Share(of(0.8), of(0.6916), of(0.8766), of(70)), Share(of(0.6), of(0.4904), of(0.7002), of(80))
    )  # fmt: skip
    assert round(found.low.amount or 0, 3) == 0.052 and round(found.high.amount or 0, 3) == 0.334
    assert found.is_clear and found.is_more
    assert not contrast(share(0.5), share(0.8)).is_more
    assert not contrast(share(None), share(0.8)).is_clear
