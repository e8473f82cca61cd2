"""The release gate: what stands against a release, editions, and that a release is whole or not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.delivery.ledger import Ledger
from orchestration.delivery.manifest import read_manifest
from orchestration.delivery.release import ReleaseRefused, next_edition, release
from orchestration.delivery.send import deliver
from orchestration.delivery.status import release_rows, status_rows
from orchestration.settings import Settings, SettingsError
from tests.delivery_world import (
    MONTH,
    SNAPSHOT,
    change_json,
    make_ledger,
    make_settings,
    pass_checks,
    people,
    publish_marts,
    ready,
    render,
    with_recipients,
)

OTHER = "ffff000011112222"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    return make_ledger(settings)


def outcomes(settings: Settings, ledger: Ledger, *, explicit: bool = False) -> list[tuple[str, str, int]]:
    manifest = read_manifest(settings.reports_dir / MONTH / "manifest.json")
    result = release(settings, MONTH, manifest, ledger, explicit=explicit)
    return [(line.audience, line.outcome, line.edition) for line in result.lines]


def corrected(settings: Settings, edition: int = 2) -> None:
    """Late rows came: another snapshot, other figures, rendered again."""
    publish_marts(settings, OTHER, customers_start=121)
    pass_checks(settings, OTHER)
    render(settings, snapshot=OTHER, edition=edition, pdf=b"%PDF-1.7 two\n")


def test_a_checked_month_is_released_with_planned_deliveries_and_figures(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    assert outcomes(settings, ledger) == [("board", "released", 1), ("hungary", "released", 1)]
    rows = status_rows(ledger, "retention")
    assert [(row.audience, row.recipient, row.state) for row in rows] == [
        ("board", "david.osei@fernhill.example", "planned"),
        ("board", "eleanor.marsh@fernhill.example", "planned"),
        ("hungary", "gergo.ory@fernhill.example", "planned"),
    ]
    last = ledger.last_release("retention", "board", MONTH)
    assert last is not None
    assert (last.snapshot_hash, last.created_at) == (SNAPSHOT, ledger.clock())
    assert "120" in ledger.figures(last).values.values()
    assert ledger.figures(last).hash == last.figures_sha256


def fail_check(settings: Settings) -> None:
    pass_checks(settings, None, "fail", 3)


def fail_check_but_keep_the_hash(settings: Settings) -> None:
    pass_checks(settings, SNAPSHOT, "error")


def run_no_check(settings: Settings) -> None:
    change_json(pass_checks(settings), checks=[])


def check_another_snapshot(settings: Settings) -> None:
    publish_marts(settings, OTHER)
    pass_checks(settings, OTHER)


def lose_the_checks(settings: Settings) -> None:
    (settings.published_dir / "checks.json").unlink()


def lose_the_snapshot(settings: Settings) -> None:
    (settings.published_dir / f"marts-{SNAPSHOT}.duckdb").unlink()


def tamper_with_a_pdf(settings: Settings) -> None:
    with (settings.reports_dir / MONTH / "hungary.pdf").open("ab") as handle:
        handle.write(b"more")


def lose_a_pdf(settings: Settings) -> None:
    (settings.reports_dir / MONTH / "board.pdf").unlink()


def link_a_pdf_elsewhere(settings: Settings) -> None:
    outside = settings.data_dir / "secret.pdf"
    (settings.reports_dir / MONTH / "board.pdf").rename(outside)
    (settings.reports_dir / MONTH / "board.pdf").symlink_to(outside)


def put_a_header_into_a_subject(settings: Settings) -> None:
    path = settings.reports_dir / MONTH / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["audiences"]["board"]["subject"] = "December\r\nBcc: all@fernhill.example"
    path.write_text(json.dumps(content), encoding="utf-8")


REFUSED = [
    (fail_check, "check ledger_closes on fct_retention: fail, 3 rows"),
    (fail_check_but_keep_the_hash, "ledger_closes on fct_retention: error"),
    (run_no_check, "ran no check"),
    (check_another_snapshot, f"are of snapshot {OTHER}, the reports were made from {SNAPSHOT}"),
    (lose_the_checks, "checks.json"),
    (lose_the_snapshot, "not published"),
    (tamper_with_a_pdf, "hungary.pdf: SHA-256 is"),
    (lose_a_pdf, "board.pdf: cannot be read"),
    (link_a_pdf_elsewhere, "board.pdf: leads out of"),
    (put_a_header_into_a_subject, "may not stand in a mail header"),
]


@pytest.mark.parametrize(("break_it", "reason"), REFUSED, ids=[case[0].__name__ for case in REFUSED])
def test_nothing_is_released_or_sent_when(
    settings: Settings, ledger: Ledger, break_it: Callable[[Settings], None], reason: str
) -> None:
    ready(settings)
    break_it(settings)
    with pytest.raises(ReleaseRefused) as caught:
        outcomes(settings, ledger)
    assert reason in str(caught.value)
    assert release_rows(ledger, "retention") == ()
    result = deliver(settings, MONTH, ledger)
    assert {line.outcome for line in result.lines} == {"held"}
    assert len(result.alarms) == 3
    assert all(reason in line.detail for line in result.alarms)
    assert not settings.outbox_dir.exists()
    held = status_rows(ledger, "retention")
    assert [(row.audience, row.state) for row in held] == [("board", "held"), ("hungary", "held")]
    assert all(reason in (row.reason or "") for row in held)


def test_a_broken_build_names_its_failures_and_counts_the_rest(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    path = pass_checks(settings, None, "fail")
    failed = json.loads(path.read_text())["checks"][0]
    skipped = {**failed, "name": "merely_skipped", "status": "skipped"}
    change_json(path, checks=[skipped, *({**failed, "name": f"broken_{number}"} for number in range(15))])
    with pytest.raises(ReleaseRefused) as caught:
        outcomes(settings, ledger)
    assert "broken_11 on" in str(caught.value)
    assert "3 more checks failed" in str(caught.value)
    assert "merely_skipped" not in str(caught.value)


def test_all_reasons_are_given_at_once(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    fail_check(settings)
    lose_the_snapshot(settings)
    lose_a_pdf(settings)
    with pytest.raises(ReleaseRefused) as caught:
        outcomes(settings, ledger)
    assert len(caught.value.reasons) == 4


def test_a_month_before_the_go_live_is_refused(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    manifest = render(settings, month="2024-10")
    with pytest.raises(ReleaseRefused, match="before the first report month 2024-11"):
        release(settings, "2024-10", manifest, ledger)


def test_a_manifest_of_another_month_is_refused(settings: Settings, ledger: Ledger) -> None:
    manifest = ready(settings)
    with pytest.raises(ReleaseRefused, match="the manifest is of retention 2024-12"):
        release(settings, "2024-11", manifest, ledger)


def test_a_failed_check_after_a_release_takes_nothing_back(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    outcomes(settings, ledger)
    fail_check(settings)
    with pytest.raises(ReleaseRefused):
        outcomes(settings, ledger)
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"sent"}


def test_released_again_is_the_same_release(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    outcomes(settings, ledger)
    before = status_rows(ledger, "retention")
    assert outcomes(settings, ledger) == [("board", "already released", 1), ("hungary", "already released", 1)]
    assert outcomes(settings, ledger, explicit=True) == [
        ("board", "already released", 1),
        ("hungary", "already released", 1),
    ]
    assert status_rows(ledger, "retention") == before
    assert len(release_rows(ledger, "retention")) == 2


def test_the_same_figures_in_another_snapshot_are_the_same_edition(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    outcomes(settings, ledger)
    publish_marts(settings, OTHER)
    pass_checks(settings, OTHER)
    assert next_edition(settings, ledger, MONTH, "board", OTHER) == 1
    render(settings, snapshot=OTHER, pdf=b"%PDF-1.7 other bytes\n")
    assert outcomes(settings, ledger)[0] == ("board", "already released", 1)


def test_changed_figures_wait_for_a_person(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    assert next_edition(settings, ledger, MONTH, "board", SNAPSHOT) == 1
    outcomes(settings, ledger)
    deliver(settings, MONTH, ledger)
    corrected(settings)
    assert next_edition(settings, ledger, MONTH, "board", OTHER) == 2
    result = release(settings, MONTH, read_manifest(settings.reports_dir / MONTH / "manifest.json"), ledger)
    assert [line.outcome for line in result.held] == ["held", "held"]
    assert "figures changed since edition 1; release edition 2 explicitly" in result.held[0].detail
    assert {(change.then, change.now) for change in result.held[0].changes} == {("120", "121")}
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"already delivered"}
    assert [row.state for row in status_rows(ledger, "retention") if row.recipient is None] == ["held", "held"]


def test_a_new_edition_is_released_explicitly_and_sent_once(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    outcomes(settings, ledger)
    deliver(settings, MONTH, ledger)
    corrected(settings)
    assert outcomes(settings, ledger, explicit=True) == [("board", "released", 2), ("hungary", "released", 2)]
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"sent"}
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"already delivered"}
    assert len(list(settings.outbox_dir.rglob("*.eml"))) == 6
    ids = [row.message_id for row in status_rows(ledger, "retention")]
    assert len(set(ids)) == 6


def test_an_edition_is_released_only_as_its_pdf_prints_it(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    outcomes(settings, ledger)
    corrected(settings, edition=1)
    result = release(
        settings, MONTH, read_manifest(settings.reports_dir / MONTH / "manifest.json"), ledger, explicit=True
    )
    assert "the PDF prints edition 1, this would be edition 2" in result.held[0].detail
    assert len(release_rows(ledger, "retention")) == 2


def test_figures_that_return_to_what_was_published_clear_the_hold(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    outcomes(settings, ledger)
    corrected(settings)
    outcomes(settings, ledger)
    ready(settings)
    assert outcomes(settings, ledger)[0] == ("board", "already released", 1)
    assert [row for row in status_rows(ledger, "retention") if row.recipient is None] == []


def test_an_audience_whose_report_failed_is_held_and_the_others_go(settings: Settings, ledger: Ledger) -> None:
    manifest = ready(settings)
    rendered = {name: entry for name, entry in manifest.audiences.items() if name != "hungary"}
    result = release(settings, MONTH, manifest.model_copy(update={"audiences": rendered}), ledger)
    assert [(line.audience, line.outcome) for line in result.lines] == [("board", "released"), ("hungary", "held")]
    sent = deliver(settings, MONTH, ledger)
    assert [line.outcome for line in sent.lines] == ["sent", "sent", "held"]
    assert sent.alarms[0].detail == "the manifest has no report for this audience"


def test_a_recipient_added_later_is_planned_for_the_same_edition(settings: Settings, ledger: Ledger) -> None:
    ready(settings)
    outcomes(settings, ledger)
    deliver(settings, MONTH, ledger)
    more = people(("Eleanor Marsh", "Eleanor.Marsh@fernhill.example"), ("New Hand", "new.hand@fernhill.example"))
    changed = with_recipients(settings, board=more)
    assert outcomes(changed, ledger)[0] == ("board", "already released", 1)
    lines = deliver(changed, MONTH, ledger).lines
    assert [line.recipient for line in lines if line.outcome == "sent"] == ["new.hand@fernhill.example"]


def test_only_the_audiences_asked_for_are_released(settings: Settings, ledger: Ledger) -> None:
    result = release(settings, MONTH, ready(settings), ledger, audiences=["hungary"])
    assert [line.audience for line in result.lines] == ["hungary"]
    with pytest.raises(SettingsError, match='audience "france" is not in'):
        release(settings, MONTH, ready(settings), ledger, audiences=["france"])
