"""rpt_restatements: what a released report said and the next build says otherwise, from the ledger to the marts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from orchestration.build import prepare_build, run_dbt
from orchestration.delivery.ledger import open_ledger
from orchestration.restatements import restatements
from orchestration.settings import Settings
from tests.pipeline import DemoRun

COLUMNS = "audience, edition, model, figure, scope_type, scope_value, detail, value_then, value_now"


def rebuilt(settings: Settings) -> list[tuple[object, ...]]:
    """The restatements after the next build, with their causes."""
    prepare_build(settings)
    done = run_dbt(settings, "run", "--select", "stg_ledger__published_figures", "rpt_restatements")
    assert done.returncode == 0, done.stdout[-3000:]
    with duckdb.connect(str(settings.work_database), read_only=True) as connection:
        return connection.execute(f"select {COLUMNS}, cause from rpt_restatements order by all").fetchall()


@pytest.mark.pipeline
@pytest.mark.timeout(300)
def test_what_was_published_is_held_against_the_next_build(demo_run: DemoRun, tmp_path: Path) -> None:
    settings = demo_run.copy(tmp_path / "data")
    assert rebuilt(settings) == []

    # As if the board's report had been released a month earlier, had counted two orders less, had withheld the lost
    # customers of a plan, and had shown a reason nobody gives any more.
    with sqlite3.connect(settings.ledger_path) as ledger:
        (release,) = ledger.execute("select id from releases where audience = 'board'").fetchone()
        ledger.execute("update releases set as_of = '2024-11-30' where id = ?", [release])
        own = "release_id = ? and period = '2024-12'"
        whole = f"{own} and scope_type = 'audience'"
        orders = f"update published_figures set value = cast(value - 2 as text) where {whole} and figure = 'orders'"
        ledger.execute(orders, [release])
        lost = "model = 'rpt_retention' and scope_type = 'plan' and figure = 'lost_customers'"
        plan = ledger.execute(
            f"select scope_value from published_figures where {own} and {lost} and value is not null order by 1",
            [release],
        ).fetchone()[0]
        ledger.execute(
            f"update published_figures set value = null where {own} and {lost} and scope_value = ?",
            [release, plan],
        )
        ledger.execute(
            "insert into published_figures values (?, 'rpt_churn_reasons', 'lost_customers', 'audience', 'board', "
            "'weather false', '2024-12', '3')",
            [release],
        )
    found = rebuilt(settings)
    changes = {(row[3], row[4], row[6]): (row[0], row[7] is None, row[8] is None, row[9]) for row in found}
    assert set(changes) == {
        ("orders", "audience", ""),
        ("lost_customers", "plan", ""),
        ("lost_customers", "audience", "weather false"),
    }
    assert [(who, then, now) for who, then, now, _ in changes.values()].count(("board", False, False)) == 1
    assert changes["lost_customers", "plan", ""][1:3] == (True, False)
    assert changes["lost_customers", "audience", "weather false"][1:3] == (False, True)
    assert all("late orders" in str(cause) for *_, cause in changes.values())
    with sqlite3.connect(settings.ledger_path) as ledger:
        hashes = ledger.execute("select snapshot_hash from releases where id = ?", [release]).fetchone()
    told = restatements(settings, open_ledger(settings), "board", "2024-12", 2, str(hashes[0]))
    assert {(c.model, c.figure, c.scope_type, c.detail, c.value_then, c.value_now) for c in told} == {
        (row[2], row[3], row[4], row[6], row[7] or "–", row[8] or "–") for row in found
    }
