"""Writes the truth: one CSV per figure model, with the model's keys and columns, for every month and scope."""

from __future__ import annotations

from pathlib import Path

from orchestration.demo.tally import Tally
from orchestration.demo.truth.cohorts import cohorts
from orchestration.demo.truth.histories import histories
from orchestration.demo.truth.ledger import retention
from orchestration.demo.truth.orders import orders
from orchestration.demo.truth.reasons import churn_reasons
from orchestration.demo.truth.received import write_received
from orchestration.demo.truth.revenue import revenue
from orchestration.demo.truth.surveys import surveys
from orchestration.demo.world import World


def write_truth(folder: Path, world: World, tally: Tally) -> dict[str, int]:
    """Writes all truth files into a folder; returns rows by file name."""
    known = histories(world)
    people = list(known.values())
    tables = {
        "retention": retention(people),
        "cohorts": cohorts(people),
        "revenue": revenue(people),
        "orders": orders(people),
        "churn_reasons": churn_reasons(people),
        "surveys": surveys(world, known),
    }
    rows = {name: table.write(folder / f"{name}.csv") for name, table in tables.items()}
    rows["data_received"] = write_received(folder / "data_received.csv", tally)
    return rows
