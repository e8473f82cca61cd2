"""A person's approval: of exactly one PDF, before the first send, and what it lets go."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.automation.approvals import ApprovalError, approval_obstacle, approvals, approve, approved_now
from orchestration.automation.freshness import LateSource
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.manifest import Manifest
from orchestration.delivery.release import ReleaseRefused
from orchestration.delivery.send import deliver
from orchestration.delivery_stage import approve_month, release_free
from orchestration.reports_stage import ReportsRefused
from orchestration.settings import Settings
from tests.delivery_world import (
    MONTH,
    SNAPSHOT,
    Clock,
    make_ledger,
    make_settings,
    pass_checks,
    publish_marts,
    ready,
    render,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The audience hungary asks for approval."""
    found = make_settings(tmp_path)
    board, hungary = found.audiences
    return found.model_copy(update={"audiences": (board, hungary.model_copy(update={"approval": True}))})


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    return make_ledger(settings)


@pytest.fixture
def manifest(settings: Settings) -> Manifest:
    return ready(settings)


def outcomes(settings: Settings, manifest: Manifest, ledger: Ledger) -> dict[str, str]:
    return {line.audience: line.outcome for line in release_free(settings, manifest, ledger).lines}


def test_only_the_audience_that_asks_waits(settings: Settings, manifest: Manifest, ledger: Ledger) -> None:
    assert outcomes(settings, manifest, ledger) == {"board": "released", "hungary": "held"}
    lines = {line.recipient: (line.outcome, line.detail) for line in deliver(settings, MONTH, ledger).lines}
    assert lines["david.osei@fernhill.example"][0] == "sent"
    outcome, detail = lines["gergo.ory@fernhill.example"]
    assert outcome == "held"
    assert detail.startswith("waits for approval: look at hungary.pdf, then approve it")


def test_an_approved_report_goes_and_needs_no_second_word(
    settings: Settings, manifest: Manifest, ledger: Ledger
) -> None:
    release_free(settings, manifest, ledger)
    assert approve(ledger, manifest, settings.audiences, "anna") == ("hungary",)
    assert outcomes(settings, manifest, ledger) == {"board": "already released", "hungary": "released"}
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"sent"}
    # Rendered anew after its release: other bytes, the same figures, nothing to approve.
    again = render(settings, pdf=b"%PDF-1.7 anew\n")
    assert set(outcomes(settings, again, ledger).values()) == {"already released"}
    (word,) = approvals(ledger, "retention")
    assert (word.who, word.month, word.at) == ("anna", MONTH, Clock().now)


def test_another_pdf_needs_another_word(settings: Settings, manifest: Manifest, ledger: Ledger) -> None:
    approve(ledger, manifest, settings.audiences, "anna")
    again = render(settings, pdf=b"%PDF-1.7 other\n")
    assert outcomes(settings, again, ledger)["hungary"] == "held"
    hungary = settings.audience("hungary")
    obstacle = approval_obstacle(hungary, again, approvals(ledger, "retention"))
    assert obstacle is not None and "has changed since anna approved it; look at hungary.pdf again" in obstacle
    approve(ledger, again, settings.audiences, "béla")
    assert outcomes(settings, again, ledger)["hungary"] == "released"


def test_an_approval_that_nothing_was_done_about_is_found_once(
    settings: Settings, manifest: Manifest, ledger: Ledger
) -> None:
    approve(ledger, manifest, settings.audiences, "anna")
    given = approvals(ledger, "retention")
    assert approved_now({MONTH: ("hungary",)}, {MONTH: manifest}, given, SNAPSHOT) == {MONTH: given[0].id}
    # Its marts are no longer the newest, or the last build failed.
    assert approved_now({MONTH: ("hungary",)}, {MONTH: manifest}, given, "another") == {}
    assert approved_now({MONTH: ("hungary",)}, {MONTH: manifest}, given, None) == {}
    assert approved_now({MONTH: ("board",)}, {MONTH: manifest}, given, SNAPSHOT) == {}
    assert approved_now({}, {MONTH: manifest}, given, SNAPSHOT) == {}
    changed = render(settings, pdf=b"%PDF-1.7 other\n")
    assert approved_now({MONTH: ("hungary",)}, {MONTH: changed}, given, SNAPSHOT) == {}


def test_there_must_be_something_to_approve(settings: Settings, manifest: Manifest, ledger: Ledger) -> None:
    with pytest.raises(ApprovalError, match='audience "board" asks for no approval'):
        approve(ledger, manifest, settings.audiences, "anna", ["board"])
    empty = manifest.model_copy(update={"audiences": {}})
    with pytest.raises(ApprovalError, match=f'there is no report of {MONTH} for audience "hungary"'):
        approve(ledger, empty, settings.audiences, "anna", ["hungary"])
    with pytest.raises(ApprovalError, match="no audience with a report asks for approval"):
        approve(ledger, empty, settings.audiences, "anna")
    assert approvals(ledger, "retention") == ()


def test_what_failed_its_checks_cannot_be_approved(settings: Settings, manifest: Manifest) -> None:
    assert approve_month(settings, MONTH, "anna") == {"hungary": settings.reports_dir / MONTH / "hungary.pdf"}
    pass_checks(settings, None, "fail", 3)
    with pytest.raises(ReportsRefused, match="the last build failed"):
        approve_month(settings, MONTH, "anna")


def test_a_late_source_holds_what_is_approved_until_it_delivers(
    settings: Settings, manifest: Manifest, ledger: Ledger
) -> None:
    approve(ledger, manifest, settings.audiences, "anna")
    late = LateSource("survey", MONTH, {"survey_responses": None}, Clock().now)
    held = release_free(settings, manifest, ledger, late=[late])
    assert {line.outcome for line in held.lines} == {"held"}
    assert {line.detail for line in held.lines} == {late.reason}
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"held"}
    assert set(outcomes(settings, manifest, ledger).values()) == {"released"}
    # What has been released is not held back by a source that is awaited from now on.
    after = release_free(settings, manifest, ledger, late=[late])
    assert {line.outcome for line in after.lines} == {"already released"}


def test_mail_of_a_released_month_goes_on_after_a_newer_build(settings: Settings, ledger: Ledger) -> None:
    approve(ledger, manifest := ready(settings), settings.audiences, "anna")
    release_free(settings, manifest, ledger)
    publish_marts(settings, "newer", customers_start=121)
    pass_checks(settings, "newer")
    again = release_free(settings, manifest, ledger)
    assert {(line.outcome, line.detail) for line in again.lines} == {
        ("already released", "the marts are newer than its report")
    }
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"sent"}


def test_after_a_failed_build_nothing_goes_also_of_a_released_month(settings: Settings, ledger: Ledger) -> None:
    approve(ledger, manifest := ready(settings), settings.audiences, "anna")
    release_free(settings, manifest, ledger)
    pass_checks(settings, None, "fail", 3)
    with pytest.raises(ReleaseRefused):
        release_free(settings, manifest, ledger)


def test_an_unreleased_audience_still_needs_reports_of_the_newest_marts(settings: Settings, ledger: Ledger) -> None:
    manifest = ready(settings)
    publish_marts(settings, "newer", customers_start=121)
    pass_checks(settings, "newer")
    with pytest.raises(ReleaseRefused, match="run `holdfast report`"):
        release_free(settings, manifest, ledger)
    assert ledger.last_release("retention", "board", MONTH) is None
