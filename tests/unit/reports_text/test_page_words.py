"""The sentences of the reasons, satisfaction and data pages, and of what cannot be printed as it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.context.data import Clearing, Received, ReceivedLine, load_checks
from reports.context.reason_lines import Losses, ReasonLine, TrendLine
from reports.context.surveys import Answered, Survey
from reports.legible import legible
from reports.narrative import method, reasons, satisfaction
from reports.narrative.labels import REASONS, SCOPE_TYPES, filter_label, label, segment_name, short_segment_name
from reports.run import CheckLine, ReportRun
from reports.verdicts import Change
from tests.unit.reports_text.small import measure, of, plain, words


def losses(*rows: tuple[str, int, bool]) -> Losses:
    """The losses of a month: (reason, customers, involuntary), most frequent first; each paid 10 a month."""
    every = sum(count for _, count, _ in rows)
    most = max((count for name, count, _ in rows if name != "unknown"), default=0)
    lines, so_far = [], 0
    for name, count, involuntary in rows:
        so_far += count
        lines.append(
            ReasonLine(
                name,
                name.title(),
                involuntary,
                of(count),
                of(count / every),
                of(so_far / every),
                of(count * 10),
                1,
                name != "unknown" and count == most,
            )
        )
    forced, unknown = sum(n for _, n, flag in rows if flag), sum(n for name, n, _ in rows if name == "unknown")
    trend = tuple(TrendLine(name, name.title(), (), (), of(count)) for name, count, _chosen in rows)
    return Losses(
        tuple(lines), of(every), of(every * 10), of(every - forced), of(forced),
        of(unknown), of(unknown / every if every else None), (), trend, (), (), of(every),
    )  # fmt: skip


def test_the_headline_passes_over_unknown_reasons() -> None:
    found = losses(("unknown", 6, False), ("price", 3, False), ("payment", 1, True))
    assert reasons.headline(words(), found) == "Price: the reason most named, by 3 of 10 who left"
    assert plain(reasons.standfirst(words(), found)) == (
        "The two reasons most named make 40 % of the losses. No reason is known for 60 %."
        " They paid € 100 of recurring revenue a month. Dearest reason: Price, € 30."
    )


def test_losses_without_reasons_or_without_losses() -> None:
    assert reasons.headline(words(), losses(("unknown", 6, False))) == "The reasons of those who left are not known"
    assert reasons.headline(words(), losses()) == "Nobody left in twelve months"
    assert reasons.headline(words(), replace(losses(), year_total=of(3))) == "Nobody left this month"
    assert reasons.standfirst(words(), losses()) == ""
    assert reasons.notes(words(), losses(), of(None)) == ()
    hidden = replace(losses(), lost=of(None))
    assert reasons.headline(words(), hidden) == "Too few customers left to show their reasons"


def test_reasons_named_equally_often_share_the_headline() -> None:
    two = losses(("price", 4, False), ("need", 4, False), ("other", 1, False))
    assert reasons.headline(words(), two) == "Price, Need: the reasons most named, by 4 each of 9 who left"
    every = losses(*((name, 2, False) for name in ("price", "need", "other", "service")))
    assert reasons.headline(words(), every) == "No reason stands out among the 8 who left"


def test_who_did_not_choose_is_told_only_where_reasons_are_known() -> None:
    known = losses(("price", 9, False), ("payment", 1, True))
    assert plain(reasons.notes(words(), known, of(100))[0]).startswith("9 left by their own decision, 1 did not")
    assert reasons.notes(words(), losses(("unknown", 9, False)), of(90)) == ()


def test_a_contract_that_ended_without_a_customer_leaving_is_explained() -> None:
    found = reasons.notes(words(), losses(("unknown", 9, False)), of(120))
    assert len(found) == 1
    assert plain(found[0]).startswith("“Revenue” tells € 120 of lost recurring revenue: it counts every contract")
    less = reasons.notes(words(), losses(("unknown", 9, False)), of(50))
    assert plain(less[0]).endswith("there contracts are counted, here customers.")


@pytest.mark.parametrize(("verdict", "said"), [("up", "more of the losses"), ("down", "less of the losses")])
def test_the_main_reason_moved_where_the_marts_say_so(verdict: str, said: str) -> None:
    found = losses(("price", 4, False), ("need", 1, False))
    moved = Change(of(0.2), verdict, "none")  # type: ignore[arg-type]
    told = replace(found, lines=(replace(found.lines[0], versus_month=moved), found.lines[1]))
    assert plain(reasons.standfirst(words(), told)).count(f"Price: 20.0 pp {said} than last month") == 1
    still = replace(found, lines=(replace(found.lines[0], versus_month=replace(moved, verdict="none")), found.lines[1]))
    assert "than last month" not in reasons.standfirst(words(), still)


def survey(
    now: float | None = 36.6, before: float | None = 30.0, half: float = 12.0, answered: Answered | None = None
) -> Survey:
    """An NPS survey of 93 answers."""
    found = measure("nps", now=now, before=before, half=half)
    who = Answered(of(93), of(93), of(372), of(0.25), of(0.124), of(93), of(752), of(8.27), "")
    return Survey("nps", "NPS", "NPS", "", "", "", "", found, answered or who, ())


@pytest.mark.parametrize(
    ("now", "before", "half", "expected"),
    [
        (36.6, 30.0, 12.0, "No clear change: net promoter score 36.6"),
        (36.6, 10.0, 5.0, "The net promoter score rose to 36.6"),
        (6.0, 36.6, 5.0, "The net promoter score fell to 6.0"),
        (36.6, None, 5.0, "The net promoter score is 36.6"),
        (None, 36.6, 5.0, "Nobody answered a survey this month"),
    ],
)
def test_the_score_is_called_up_only_beyond_its_interval(
    now: float | None, before: float | None, half: float, expected: str
) -> None:  # fmt: skip
    assert satisfaction.headline(words(), [survey(now, before, half)]) == expected


def test_the_score_is_said_with_its_bounds() -> None:
    assert satisfaction.standfirst(words(), [survey()]) == (
        "93 answers: with 95 % confidence the score lies between 24.6 and 48.6."
    )


@pytest.mark.parametrize(
    ("delivered", "invited", "filtered", "expected"),
    [
        (None, False, False, "Invitations were not delivered as data."),
        (5, True, False, "More answers than invitations this month; the two do not belong together."),
        (None, True, True, "Invitations do not say which customers were asked."),
        (0, True, False, "Nobody was invited this month."),
    ],
)
def test_a_missing_response_rate_has_a_reason(
    delivered: int | None, invited: bool, filtered: bool, expected: str
) -> None:  # fmt: skip
    assert satisfaction.no_response_rate(words(), of(delivered), invited, filtered) == expected


RUN = ReportRun("Fernhill", "retention", "board", "All", "en", {}, ("data",), None, "2024-12", 2, date(2025, 1, 3),
                "a" * 64, "0.1.0", "EUR", "Europe/Budapest", "orders", 90, 5)  # fmt: skip


def received(quarantined: int) -> Received:
    """One delivery of 100 rows, and one entity that never came."""
    rows = Clearing(of(100), of(100 - quarantined), of(quarantined), of(0), of(0), of(0), of(None))
    return Received((ReceivedLine("crm", "orders", "Orders", rows, None, None),), rows, ("costs",), of(0))


def checks(*statuses: str) -> tuple[CheckLine, ...]:
    return tuple(CheckLine(f"check_{at}", "m", status, 0, "") for at, status in enumerate(statuses))


@pytest.mark.parametrize(
    ("statuses", "quarantined", "expected"),
    [
        (("pass", "pass"), 0, "Every check passed and every row received counts"),
        (("pass", "pass"), 1, "Every check passed; one row was set aside"),
        (("pass",), 3, "Every check passed; 3 rows were set aside"),
        (("pass", "warn"), 3, "No check failed, one gave a warning"),
        (("pass", "fail", "warn"), 3, "One check failed"),
        (("error", "fail"), 3, "2 checks failed"),
        ((), 0, "No checks are recorded for this data"),
    ],
)
def test_the_worst_check_makes_the_headline(statuses: tuple[str, ...], quarantined: int, expected: str) -> None:
    found = load_checks(replace(RUN, checks=checks(*statuses)))
    assert method.headline(words(), received(quarantined), found) == expected


def test_failed_checks_are_named_before_warnings() -> None:
    found = load_checks(replace(RUN, checks=checks("warn", "pass", "fail")))
    assert [check.status for check in found.noticed] == ["fail", "warn"]
    assert method.checks_sentence(words(), found).startswith("1 of 3 checks of this data passed")
    assert method.checks_sentence(words(), load_checks(RUN)) == "No checks are recorded for this snapshot."


def test_what_is_missing_is_named() -> None:
    assert method.missing(words(), received(0)) == "Not delivered: Costs."
    assert method.missing(words(), replace(received(0), missing=())) == "Everything the report can use was delivered."
    assert method.left_out(words("hu"), ("satisfaction",)) == "Adat híján kimaradt oldalak: Elégedettség."
    assert method.left_out(words(), ()) == ""


def test_the_definitions_in_force_are_the_runs() -> None:
    found = {entry.term: plain(entry.meaning) for entry in method.in_force(words(), RUN)}
    assert found["Who is a customer"].endswith("an order was placed in the 90 days up to it.")
    assert found["Days and money"] == "Local days of Europe/Budapest; amounts in EUR, at the month’s rate."
    assert found["Made from"] == f"Edition 2, version 0.1.0, snapshot {'a' * 16}"


def test_labels_are_words_or_the_code_itself() -> None:
    assert label(words("pl"), REASONS, "price") == "Cena"
    assert label(words(), REASONS, "moved_abroad") == "moved_abroad"
    assert label(words("hu"), SCOPE_TYPES, "country") == "Ország"
    assert segment_name(words("hu"), "plan", "Start") == "Csomag: Start"
    assert short_segment_name(words(), "country", "PL") == "Poland"
    assert short_segment_name(words(), "country", "(none)") == "Country not given"


def test_the_filter_is_told_in_words() -> None:
    assert filter_label(words(), {}) == "All customers"
    assert (
        filter_label(words(), {"country": ("HU", "PL"), "segment": ("retail",)})
        == "Country: Hungary, Poland · Segment: retail"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Żółć, Őrség & Fia <b>", "Żółć, Őrség & Fia <b>"),
        ("a\u202eb\u200dc", "abc"),
        ("line\r\nbreak  here ", "line break here"),
        ("\U0001f600 \u540d", "? ?"),
        ("A\u030a", "Å"),
    ],
)
def test_only_what_the_fonts_have_is_printed(text: str, expected: str) -> None:
    assert legible(text) == expected
