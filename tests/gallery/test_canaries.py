"""A report says nothing of customers outside its audience's filter: not on a sheet, in a table, in metadata, in a mail.

Every name of the extreme company is marked by its country, so any that strays is found by its mark.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.gallery.conftest import ReportOf
from tests.gallery.names import COUNTRIES, mark_of, segment_names
from tests.gallery.texts import everything_said
from tests.gallery.worlds import run_in, world
from tests.integration.report_numbers.reading import read_page

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(1800)]
WORLD = "extreme"
# Enough of a segment's name to tell it from the others, where names are cut.
BEGINNING = len("Qplq Segment A")


@pytest.mark.parametrize(("language", "country"), [("hu", "HU"), ("pl", "PL")])
def test_no_name_of_another_country_is_said(report_of: ReportOf, language: str, country: str) -> None:
    said = everything_said(report_of(WORLD, language))
    others = [mark_of(other) for other in COUNTRIES if other != country]
    assert [(place, other) for place, text in said.items() for other in others if other in text] == []
    assert {place for place, text in said.items() if mark_of(country) in text} >= {"sheets", "attachments"}


def test_no_name_of_another_segment_is_said(report_of: ReportOf) -> None:
    said = everything_said(report_of(WORLD, "pl"))
    inside, outside = segment_names("PL")[:6], segment_names("PL")[6:-1]
    strayed = [(place, name) for place, text in said.items() for name in outside if name[:BEGINNING] in text]
    assert strayed == []
    assert any(name[:BEGINNING] in said["sheets"] for name in inside)


def test_a_report_without_a_filter_names_all(report_of: ReportOf) -> None:
    sheets = everything_said(report_of(WORLD, "en"))["sheets"]
    assert [country for country in COUNTRIES if mark_of(country) not in sheets] == []


def test_the_report_is_of_its_audience_and_not_of_its_words() -> None:
    """The same file under another audience's name holds that audience's data, whatever the title says."""
    hungarian, polish = run_in(WORLD, "hu"), run_in(WORLD, "pl")
    swapped = read_page(replace(hungarian, audience=polish.audience, filter=polish.filter), world(WORLD))
    assert mark_of("HU") not in everything_said(swapped)["sheets"]
