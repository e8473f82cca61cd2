"""Writes the finance department's deliveries: exchange rates, targets and costs as Excel, annotations as CSV."""

from __future__ import annotations

from pathlib import Path

from orchestration.demo import finance
from orchestration.demo.months import LAST_DAY, first_day, last_day
from orchestration.demo.tally import ADMITTED, Tally
from orchestration.demo.world import World
from orchestration.demo.writing import write_csv, write_excel


def write_rates(folder: Path, world: World, tally: Tally) -> None:
    """One workbook a year, delivered at its end, 2021 to 2024."""
    for year in range(-1, 3):
        months = [first_day(12 * year + month) for month in range(12)]
        rows = [(month, "PLN", float(world.rates[month])) for month in months]
        delivered_on = last_day(12 * year + 11)
        path = folder / f"exchange_rates_{delivered_on:%Y-%m}.xlsx"
        write_excel(path, "rates", ["month", "currency", "rate_to_base"], rows)
        tally.add("exchange_rates", ADMITTED, len(rows))
        tally.file("exchange_rates", delivered_on)


def write_targets(folder: Path, tally: Tally) -> None:
    """One workbook a year, delivered before it begins."""
    for year in range(3):
        months = {first_day(12 * year + month) for month in range(12)}
        rows = [
            (target.metric, target.month, target.scope_type, target.scope_value, float(target.value))
            for target in finance.targets()
            if target.month in months
        ]
        delivered_on = last_day(12 * year - 1)
        path = folder / f"targets_{delivered_on:%Y-%m}.xlsx"
        write_excel(path, "targets", ["metric", "month", "scope_type", "scope_value", "value"], rows)
        tally.add("targets", ADMITTED, len(rows))
        tally.file("targets", delivered_on)


def write_costs(folder: Path, world: World, tally: Tally) -> None:
    """One workbook a year, delivered at its end."""
    for year in range(3):
        months = {first_day(12 * year + month) for month in range(12)}
        rows = [
            (cost.month, cost.kind, cost.channel_or_programme, float(cost.amount), cost.currency)
            for cost in world.costs
            if cost.month in months
        ]
        delivered_on = last_day(12 * year + 11)
        path = folder / f"costs_{delivered_on:%Y-%m}.xlsx"
        write_excel(path, "costs", ["month", "kind", "channel_or_programme", "amount", "currency"], rows)
        tally.add("costs", ADMITTED, len(rows))
        tally.file("costs", delivered_on)


def write_annotations(folder: Path, tally: Tally) -> None:
    """The events of the story, once."""
    rows = [[str(note.happened_on), note.label, note.language, note.scope] for note in finance.named_events()]
    path = folder / f"annotations_{LAST_DAY:%Y-%m}.csv"
    write_csv(path, ["happened_on", "label", "language", "scope"], rows)
    tally.add("annotations", ADMITTED, len(rows))
    tally.file("annotations", LAST_DAY)
