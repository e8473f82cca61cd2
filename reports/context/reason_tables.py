"""The drawn tables of page 5 as they go into the attached files.

Add here: the columns of a further table. Keep out: reading marts.
"""

from __future__ import annotations

from reports.charts.chart import Cell, DataTable
from reports.context.leavers import Leavers
from reports.context.reason_lines import Losses
from reports.context.saving import DeskLine, Offers, SaveDesk
from reports.context.splits import Splits


def tables_of(
    losses: Losses, splits: Splits | None, desk: SaveDesk | None, offers: Offers | None, leavers: Leavers
) -> dict[str, DataTable]:  # fmt: skip
    """Every table that has rows, by name."""
    tables = {"reasons": _reasons(losses), "months": _months(losses)}
    if splits:
        tables["splits"] = _splits(splits)
    if desk:
        tables["save_desk_lines"] = _desk(desk)
    if offers:
        tables["offers"] = _offers(offers)
    if leavers.early:
        tables["early_life"] = _early(leavers)
    if leavers.competitors:
        tables["competitors"] = DataTable(
            ("competitor", "lost_customers", "share"),
            tuple((line.label, line.lost, line.share) for line in leavers.competitors),
        )
    return {name: table for name, table in tables.items() if table.rows}


def _reasons(losses: Losses) -> DataTable:
    columns = ("reason", "lost_customers", "share", "change_of_share", "lost_mrr", "running_share")
    return DataTable(
        columns,
        tuple(
            (line.label, line.lost, line.share, line.versus_month.difference, line.mrr, line.running_share)
            for line in losses.lines
        ),
    )


def _months(losses: Losses) -> DataTable:
    rows = [
        (line.label, month, lost) for line in losses.trend for month, lost in zip(losses.months, line.lost, strict=True)
    ]
    return DataTable(("reason", "month", "lost_customers"), tuple(rows))


def _splits(splits: Splits) -> DataTable:
    rows = [
        (group.label, segment.label, reason, cell.lost, cell.share)
        for group in splits.groups
        for segment in group.segments
        for reason, cell in zip(splits.reasons, segment.cells, strict=True)
    ]
    return DataTable(("breakdown", "segment", "reason", "lost_customers", "share"), tuple(rows))


def _desk(desk: SaveDesk) -> DataTable:
    columns = ("by", "name", "decided", "saved", "save_rate", "save_rate_low", "save_rate_high", "still_active_rate")

    def row(kind: str, line: DeskLine) -> tuple[Cell, ...]:
        return (kind, line.label, line.decided, line.saved, line.rate, line.low, line.high, line.staying)

    named = [("all", desk.whole), *(("handler", line) for line in desk.handlers)]
    rows = [row(kind, line) for kind, line in (*named, *(("offer", line) for line in desk.offers))]
    return DataTable(columns, tuple(rows))


def _offers(offers: Offers) -> DataTable:
    columns = (
        "campaign", "offer", "offered", "acceptance_rate", "accepted_cost", "offered_staying_rate",
        "held_out_staying_rate", "break_even_uplift", "break_even_customers",
    )  # fmt: skip
    return DataTable(
        columns,
        tuple(
            (
                line.campaign, line.kind, line.offered, line.accepted, line.cost, line.staying,
                line.staying_without, line.breaks_even, line.customers,
            )
            for line in offers.lines
        ),
    )  # fmt: skip


def _early(leavers: Leavers) -> DataTable:
    columns = ("onboarding", "joined_customers", "lost_customers", "early_churn_rate", "low", "high")
    return DataTable(
        columns,
        tuple((line.label, line.joined, line.lost, line.rate, line.low, line.high) for line in leavers.early),
    )
