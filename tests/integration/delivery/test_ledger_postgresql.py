"""The ledger on a real PostgreSQL: every promise of the SQLite ledger, and two machines that share one."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import psycopg
import pytest

from orchestration.delivery.ledger import Ledger, open_ledger
from orchestration.delivery.records import Delivery
from orchestration.delivery.release import release
from orchestration.delivery.send import deliver, resend
from orchestration.delivery.status import delivery_history, released_months, status_rows
from orchestration.delivery.tables import LedgerError
from orchestration.published_figures import land_published_figures
from orchestration.settings import PROJECT_ROOT, Settings
from tests.databases import PASSWORD, postgres
from tests.delivery_world import MONTH, Clock, make_settings, pass_checks, publish_marts, ready, render

VARIABLE = "HOLDFAST_LEDGER_URL"
NUMBERS = count()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    """A database of the test's own."""
    name = f"ledger_{next(NUMBERS)}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return server.rpartition("/")[0] + f"/{name}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path, ledger={"url_env": VARIABLE})


@pytest.fixture
def ledger(settings: Settings, url: str) -> Ledger:
    found = open_ledger(settings, clock=Clock(), environment={VARIABLE: url})
    release(settings, MONTH, ready(settings), found)
    return found


def first(ledger: Ledger) -> Delivery:
    return ledger.delivery(1)


def test_a_month_is_released_sent_once_and_told(settings: Settings, ledger: Ledger) -> None:
    assert [line.outcome for line in deliver(settings, MONTH, ledger).lines] == ["sent"] * 3
    assert [line.outcome for line in deliver(settings, MONTH, ledger).lines] == ["already delivered"] * 3
    assert len(list(settings.outbox_dir.rglob("*.eml"))) == 3
    assert {row.state for row in status_rows(ledger, "retention")} == {"sent"}
    assert released_months(ledger, "retention", "board") == {MONTH}
    assert [event.kind for event in delivery_history(ledger, 1)] == ["planned", "claimed", "sent"]
    assert not settings.ledger_path.exists()


def test_changed_figures_are_held_and_the_ledger_knows_which(settings: Settings, ledger: Ledger) -> None:
    publish_marts(settings, "b2", customers_start=121)
    pass_checks(settings, "b2")
    held = release(settings, MONTH, render(settings, snapshot="b2", edition=2), ledger).lines[0]
    assert (held.outcome, {change.key.figure for change in held.changes}) == ("held", {"customers_start"})
    assert ledger.hold_reason("retention", "board", MONTH) == held.detail


def test_a_delivery_is_claimed_once(ledger: Ledger) -> None:
    delivery = first(ledger)
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda _: ledger.claim(delivery), range(24)))
    assert len([claim for claim in won if claim is not None]) == 1


def test_an_unknown_delivery_is_never_tried_again_but_by_a_person(settings: Settings, ledger: Ledger) -> None:
    ledger.claim(first(ledger))
    for _ in range(10):
        assert deliver(settings, MONTH, ledger, asked=True).lines[0].outcome == "unknown"
    assert resend(settings, 1, ledger, who="anna").outcome == "sent"


def test_many_openers_of_a_new_ledger_agree(settings: Settings, url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: open_ledger(settings, environment={VARIABLE: url})._position()[0], range(8)))
    assert len(set(found)) == 1


def test_the_same_data_folder_with_an_empty_database_refuses(settings: Settings, ledger: Ledger, server: str) -> None:
    other = open_ledger(settings, environment={VARIABLE: server})
    with pytest.raises(LedgerError, match="an older copy was restored, or the file was lost"):
        deliver(settings, MONTH, other)


def test_claims_are_on_the_servers_disk_before_a_socket_opens(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("show synchronous_commit").scalar() == "on"


def test_names_of_any_length_are_kept(settings: Settings, ledger: Ledger, url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("update published_figures set scope_value = repeat('ő', 900) where scope_value = 'small'")
    found = ledger.last_release("retention", "board", MONTH)
    assert found is not None
    assert "ő" * 900 in {key.scope_value for key in ledger.figures(found).values}


def test_released_figures_reach_the_next_build(
    settings: Settings, ledger: Ledger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, url)
    assert land_published_figures(settings) == len(ledger.published("retention")) > 0


def test_another_machines_sender_is_waited_for_and_its_claims_left_alone(
    settings: Settings, ledger: Ledger, url: str, tmp_path: Path
) -> None:
    # Another data folder, the same ledger: the file lock of the one says nothing to the other.
    elsewhere = open_ledger(make_settings(tmp_path / "other"), environment={}).name
    assert elsewhere != ledger.name
    other = open_ledger(
        make_settings(tmp_path / "other", ledger={"url_env": VARIABLE}), environment={VARIABLE: url}, clock=Clock()
    )
    claimed, done = threading.Event(), threading.Event()

    def sending() -> None:
        with other.turn():
            delivery = other.claim(first(other))
            claimed.set()
            done.wait(30)
            assert delivery is not None
            other.move(delivery, "sent", "250 queued")

    thread = threading.Thread(target=sending)
    thread.start()
    assert claimed.wait(30)
    with pytest.raises(LedgerError, match="another sender has held the ledger"), ledger.turn(0.2):
        pass
    assert first(ledger).state == "claimed"
    done.set()
    assert deliver(settings, MONTH, ledger).lines[0].outcome == "already delivered"
    thread.join()


def test_a_dead_senders_turn_is_free_and_its_claim_unknown(settings: Settings, ledger: Ledger, url: str) -> None:
    code = (
        "import os, signal, sys; from orchestration.delivery.ledger import Ledger;"
        "ledger = Ledger(sys.argv[1]); turn = ledger.turn(); turn.__enter__(); ledger.claim(ledger.delivery(1));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, url], env={"PYTHONPATH": str(PROJECT_ROOT)}, check=False)
    assert done.returncode == -9
    assert Counter(line.outcome for line in deliver(settings, MONTH, ledger).lines) == {"unknown": 1, "sent": 2}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "environment variable HOLDFAST_LEDGER_URL is empty"),
        ("canary-7f3 no url", "holds no URL"),
        ("mysql://u:canary-7f3@h/d", "names a mysql database"),
        ("postgresql://owner:canary-7f3@127.0.0.1:1/ledger", "cannot be reached"),
    ],
)
def test_a_place_that_cannot_be_used_is_named_without_its_password(
    settings: Settings, value: str | None, said: str
) -> None:
    with pytest.raises(LedgerError, match=said) as caught:
        open_ledger(settings, environment={} if value is None else {VARIABLE: value})
    assert PASSWORD not in str(caught.value)
