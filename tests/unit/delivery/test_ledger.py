"""The ledger itself: durable, typed, one claim per delivery, no step that is not allowed, no older copy."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from orchestration.delivery.ledger import Ledger
from orchestration.delivery.records import TRANSITIONS, Delivery, State, message_id
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver
from orchestration.delivery.status import delivery_history, released_months, status_rows
from orchestration.delivery.tables import LedgerError, sqlite_url
from orchestration.settings import Settings
from tests.delivery_world import MONTH, Clock, make_ledger, make_settings, ready


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    return ledger


def first(ledger: Ledger) -> Delivery:
    found = ledger.last_release("retention", "board", MONTH)
    assert found is not None
    return ledger.deliveries_of(found)[0]


def bring_to(ledger: Ledger, state: State) -> Delivery:
    """The first delivery, by allowed steps, in a state."""
    delivery = first(ledger)
    if state == "planned":
        return delivery
    if state == "held":
        return ledger.move(delivery, "held", "because")
    claimed = ledger.claim(delivery)
    assert claimed is not None
    return claimed if state == "claimed" else ledger.move(claimed, state, "because")


def test_the_file_is_written_through_to_disk(settings: Settings, ledger: Ledger) -> None:
    with ledger.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    assert settings.ledger_path.is_file()


def test_a_key_has_one_row(settings: Settings, ledger: Ledger) -> None:
    with sqlite3.connect(settings.ledger_path) as raw:
        raw.execute("update deliveries set message_id = 'x' || id")
        columns = [row[1] for row in raw.execute("pragma table_info(deliveries)") if row[1] not in ("id", "message_id")]
        names = ", ".join(columns)
        with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE.*deliveries\.edition, deliveries\.recipient"):
            raw.execute(f"insert into deliveries ({names}, message_id) select {names}, 'y' || id from deliveries")


ALL: tuple[State, ...] = get_args(State)


@pytest.mark.parametrize(("before", "after"), list(product(ALL, ALL)))
def test_only_the_listed_steps_are_taken(ledger: Ledger, before: State, after: State) -> None:
    delivery = bring_to(ledger, before)
    if after in TRANSITIONS[before]:
        assert ledger.move(delivery, after, "because").state == after
    else:
        with pytest.raises(LedgerError, match=f"is {before} and cannot become {after}"):
            ledger.move(delivery, after, "because")
        assert first(ledger).state == before


def test_nothing_leads_from_sent_to_another_sending_but_a_person() -> None:
    # It bounced: failed, which only a person resends.
    assert TRANSITIONS["sent"] == ("failed",)
    assert "claimed" not in TRANSITIONS["unknown"]
    assert "claimed" not in TRANSITIONS["failed"]


def test_a_delivery_is_claimed_once(ledger: Ledger, settings: Settings) -> None:
    delivery = first(ledger)
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda _: make_ledger(settings).claim(delivery), range(24)))
    assert len([claim for claim in won if claim is not None]) == 1
    assert [event.kind for event in delivery_history(ledger, delivery.id)] == ["planned", "claimed"]


def test_an_old_reading_cannot_claim_a_delivery_planned_again(ledger: Ledger) -> None:
    old = first(ledger)
    claimed = ledger.claim(old)
    assert claimed is not None
    ledger.move(claimed, "planned", "451")
    assert ledger.claim(old) is None


def test_a_changed_row_is_not_overwritten(ledger: Ledger) -> None:
    claimed = ledger.claim(first(ledger))
    assert claimed is not None
    ledger.move(claimed, "unknown", "lost")
    with pytest.raises(LedgerError, match="has changed since it was read"):
        ledger.move(claimed, "planned", "451")


def test_many_openers_of_a_new_ledger_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: Ledger(sqlite_url(tmp_path / "new.sqlite")).name, range(8)))
    assert len(set(found)) == 1


def test_times_are_utc_whatever_zone_the_clock_has(settings: Settings) -> None:
    clock = Clock(datetime(2025, 1, 6, 7, 30, tzinfo=timezone(timedelta(hours=1))))
    ledger = make_ledger(settings, clock)
    release(settings, MONTH, ready(settings), ledger)
    assert first(ledger).planned_at == datetime(2025, 1, 6, 6, 30, tzinfo=UTC)
    clock.now = datetime(2025, 1, 6, 7, 30)
    with pytest.raises(Exception, match="has no time zone"):
        ledger.note_held("retention", "board", MONTH, "because")


def test_a_message_id_is_of_the_key_and_of_nothing_else() -> None:
    key = ("retention", "board", "2024-12", 1, "a@b.example", "fernhill.example")
    assert message_id(*key) == message_id(*key)
    assert message_id(*key).endswith("@fernhill.example>")
    assert message_id("retention", "board", "2024-12", 1, "A@B.example", "fernhill.example") == message_id(*key)
    others = [("retention", "board", "2024-12", 2, "a@b.example"), ("retention", "board", "2024-11", 1, "a@b.example")]
    assert len({message_id(*key), *(message_id(*other, "fernhill.example") for other in others)}) == 3


def test_a_hold_is_noted_once_per_reason(ledger: Ledger) -> None:
    for reason in ("late", "late", "failed", "late"):
        ledger.note_held("retention", "board", "2025-01", reason)
    held = status_rows(ledger, "retention", ["2025-01"])
    assert [(row.state, row.reason, row.needs_a_hand) for row in held] == [("held", "late", True)]
    with ledger.reading() as connection:
        count = connection.exec_driver_sql("select count(*) from events where period = '2025-01'").scalar()
    assert count == 3


def test_released_months_are_known(ledger: Ledger) -> None:
    assert released_months(ledger, "retention", "board") == {MONTH}
    assert released_months(ledger, "retention", "poland") == frozenset()


def test_a_restored_older_copy_refuses_to_send(settings: Settings, ledger: Ledger) -> None:
    ledger.close()
    backup = settings.data_dir / "backup.sqlite"
    with sqlite3.connect(settings.ledger_path) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    deliver(settings, MONTH, make_ledger(settings))
    for file in settings.data_dir.glob("ledger.sqlite*"):
        file.unlink()
    shutil.copy(backup, settings.ledger_path)
    restored = make_ledger(settings)
    with pytest.raises(LedgerError, match="an older copy was restored"):
        deliver(settings, MONTH, restored)
    with pytest.raises(LedgerError, match="an older copy was restored"):
        release(settings, MONTH, ready(settings), restored)
    assert len(list(settings.outbox_dir.rglob("*.eml"))) == 3


def test_a_lost_ledger_refuses_to_send_until_a_person_accepts(settings: Settings, ledger: Ledger) -> None:
    deliver(settings, MONTH, ledger)
    for file in settings.data_dir.glob("ledger.sqlite*"):
        file.unlink()
    fresh = make_ledger(settings)
    with pytest.raises(LedgerError, match="or the file was lost"):
        deliver(settings, MONTH, fresh)
    fresh.accept("anna")
    fresh.guard()


def test_a_ledger_of_another_schema_is_refused(settings: Settings, ledger: Ledger) -> None:
    with sqlite3.connect(settings.ledger_path) as raw:
        raw.execute("update facts set value = '99' where name = 'schema_version'")
    with pytest.raises(LedgerError, match="ledger of schema 99"):
        make_ledger(settings)


def test_what_is_not_there_is_named(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="there is no delivery 999"):
        ledger.delivery(999)
    with pytest.raises(LedgerError, match="there is no release 999"):
        ledger.release(999)
