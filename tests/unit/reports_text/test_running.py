"""The running lines fit their room, and a long name never costs another its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.charts.typeface import text_width
from reports.narrative.labels import filter_label
from reports.running import FOOT_SIZE, FOOT_WIDTH, about, fitted, foot
from tests.unit.reports_machine.runs import HUNGARY, RUN
from tests.unit.reports_text.small import plain, words

LONG = "Northern Iron Works and Daughters Holding International Public Limited Company " * 2


def test_the_foot_says_who_whom_until_when_and_from_the_second_which_edition() -> None:
    assert plain(foot(words(), RUN)) == "Fernhill Supply · All customers · Data to 31 December 2024"
    again = plain(foot(words("hu"), replace(HUNGARY, edition=2)))
    assert (
        again == "Fernhill Supply · Magyarország · Ország: Magyarország · Adatok eddig: 2024. december 31. · 2. kiadás"
    )


@pytest.mark.parametrize("language", ["en", "hu", "pl"])
def test_long_names_are_cut_and_the_filter_stays(language: str) -> None:
    run = replace(HUNGARY, company_name=LONG, title=LONG, edition=12)
    told = foot(words(language), run)
    assert text_width(told, FOOT_SIZE) <= FOOT_WIDTH
    company, title, limit, *rest = told.split(" · ")
    assert (company[-1], title[-1]) == ("…", "…")
    assert limit == filter_label(words(language), run.filter)
    assert len(rest) == 2


def test_a_filter_of_many_long_names_is_cut_too_and_still_fits() -> None:
    run = replace(RUN, title=LONG, filter={"segment": (LONG, LONG), "region": (LONG, LONG)})
    told = foot(words(), run)
    assert text_width(told, FOOT_SIZE) <= FOOT_WIDTH
    assert "Segment: Northern Iron Works" in told


def test_only_what_is_too_long_is_cut() -> None:
    room = text_width("short", 8) + text_width("a middling one", 8) + 80
    cut = fitted(["short", "a middling one", "x" * 200], room, 8)
    assert cut[:2] == ("short", "a middling one")
    assert cut[2].endswith("…")
    assert sum(text_width(part, 8) for part in cut) <= room


def test_what_fits_stays_as_it_is() -> None:
    assert fitted(["one", "two"], 400, 8) == ("one", "two")
    assert fitted([], 400, 8) == ()


def test_of_many_values_the_first_are_named_and_the_rest_counted() -> None:
    many = {"segment": tuple(f"S{at}" for at in range(40)), "country": ("HU",)}
    assert filter_label(words(), many) == "Segment: S0, S1, S2, S3 and 36 more · Country: Hungary"
    five = {"segment": ("a", "b", "c", "d", "e")}
    assert filter_label(words("pl"), five) == "Segment: a, b, c, d i jeszcze jeden"


def test_the_cover_says_month_audience_and_filter() -> None:
    assert plain(about(words(), HUNGARY)) == "December 2024 · Magyarország · Country: Hungary"
