"""Puts the demo company's files where its configuration looks for them, in the order a company would deliver them."""

from __future__ import annotations

from collections.abc import Callable

from orchestration.demo.generate import SEED, DemoSummary, build_world, current_summary, faulty_first_wave, generate
from orchestration.settings import Settings


def _silent(_: str) -> None:
    return None


def deliver_demo_files(settings: Settings, report: Callable[[str], None] = _silent) -> DemoSummary:
    """First the faulty refund file, landed alone; then all files, the corrected one in its place.

    Does nothing where this generation stands complete. Interrupted, it starts over; landing recognises what it has.
    """
    target = settings.data_dir / "demo"
    found = current_summary(target)
    if found is not None:
        return found
    from orchestration.landing import extract

    world = build_world(SEED)
    faulty = faulty_first_wave(target, world=world)
    report(f"{faulty.name} is delivered with a fault, to be corrected")
    extract(settings, report)
    summary = generate(target, world=world)
    report(f"{summary.files} files with {summary.rows} rows of {summary.customers} customers are delivered")
    return summary
