"""Twenty years of a company, each in seconds: never twice, never silent, never without data, check or approval.

Every guard is also taken away once, and the years must notice.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.delivery.ledger import Ledger
from tests.faults.year import company_year
from tests.faults.year.company_year import CompanyYear, lived

SEEDS = range(20)


def told_more_than_once(year: CompanyYear) -> list[tuple[str, str, str]]:
    return [telling for telling, count in year.tellings.items() if count > 1]


def accepted(years: list[CompanyYear]) -> int:
    return sum(sum(year.server.accepted.values()) for year in years)


@pytest.fixture(scope="module")
def met() -> set[str]:
    """What the years so far have seen."""
    return set()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_recipient_has_one_message_or_somebody_has_an_alarm(seed: int, tmp_path: Path, met: set[str]) -> None:
    year = lived(seed, tmp_path)
    assert year.broken == []
    assert max(year.server.accepted.values()) == 1
    # Twelve months, three recipients; for what is missing an alarm is open, or broken would say so.
    assert sum(year.server.accepted.values()) + year.counts["open alarms at the end"] >= 36
    assert told_more_than_once(year) == []
    met |= {*year.counts, *(key.split(" 2")[0].rstrip(" 0123456789") for _, key, _ in year.tellings)}


def test_the_years_have_met_what_they_are_for(met: set[str]) -> None:
    assert {"daemon died", "killed", "BuildFailed", "runs of deliver_only"} <= met
    assert {"unknown", "failed", "held", "not sent", "late source crm", "run failed monthly_report"} <= met


def breaks(tmp_path: Path, word: str) -> bool:
    """Whether one of the first years breaks a promise with that word in it."""
    return any(word in broken for seed in range(8) for broken in lived(seed, tmp_path / str(seed)).broken)


def plan_again(self: Ledger) -> tuple[()]:
    with self.writing() as connection:
        connection.exec_driver_sql("update deliveries set state = 'planned' where state in ('claimed', 'unknown')")
    return ()


def test_without_unknown_something_is_sent_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ledger, "recover", plan_again)
    assert breaks(tmp_path, "sent twice")


def test_without_the_wait_something_is_sent_without_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.delivery_stage.obstacles", lambda *_: {})
    assert breaks(tmp_path, "sent without a source")


def test_without_approval_something_is_sent_unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.delivery_stage.approval_obstacle", lambda *_: None)
    assert breaks(tmp_path, "sent without approval")


def test_without_alarms_there_is_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company_year, "find_causes", lambda _: [])
    assert breaks(tmp_path, "silent")


@pytest.mark.parametrize("decision", ["months_to_ask", "months_to_ask_again", "months_to_send"])
def test_without_a_decision_less_is_sent_but_not_in_silence(
    decision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not every year needs every decision: the two of these seeds together do.
    whole = [lived(seed, tmp_path / f"whole-{seed}") for seed in (0, 1)]
    monkeypatch.setattr(company_year, decision, lambda *_, **__: [])
    less = [lived(seed, tmp_path / f"less-{seed}") for seed in (0, 1)]
    assert accepted(less) < accepted(whole)
    assert [year.broken for year in less] == [[], []]
