"""The mail's subject and a mail of a report without a cover."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from reports.mail import compose_mail, subject_of
from reports.run import ReportRun
from tests.unit.reports_text.small import plain, words

RUN = ReportRun("Fernhill & Co", "retention", "board", "All customers", "en", {}, ("data",), None, "2024-12", 1,
                date(2025, 1, 3), "a" * 64, "0.1.0", "EUR", "Europe/Budapest", "either", 90, 5)  # fmt: skip


@dataclass(frozen=True)
class OnePage:
    """As much of a page as a mail needs."""

    page_id: str = "data"
    title: str = "Data <and> method"
    headline: str = "Every check passed"


def test_the_subject_holds_company_finding_and_month() -> None:
    assert plain(subject_of(RUN, words(), "Retention rose")) == "Fernhill & Co: Retention rose – December 2024"
    assert plain(subject_of(RUN, words("hu"), "Nőtt")) == "Fernhill & Co: Nőtt – 2024. december"


def test_a_subject_is_one_line() -> None:
    assert "\n" not in subject_of(replace(RUN, company_name="Fernhill\r\nBcc: x@y.example"), words(), "Fell\x00")
    assert "\x00" not in subject_of(RUN, words(), "Fell\x00")


def test_a_report_without_a_cover_still_has_a_mail() -> None:
    mail = compose_mail(RUN, words(), [OnePage()])
    assert mail.key_figures == ()
    assert "Every check passed" in mail.text
    assert "It covers: Data <and> method." in mail.text
    assert "Data &lt;and&gt; method" in mail.html
    assert "Fernhill &amp; Co" in mail.html


def test_the_edition_is_said_from_the_second_on() -> None:
    assert "Edition" not in compose_mail(RUN, words(), [OnePage()]).text
    assert "Edition 2." in compose_mail(replace(RUN, edition=2), words(), [OnePage()]).text


def test_equal_input_gives_an_equal_mail() -> None:
    assert compose_mail(RUN, words("pl"), [OnePage()]) == compose_mail(RUN, words("pl"), [OnePage()])
