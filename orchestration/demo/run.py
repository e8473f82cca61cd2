"""The demo company's deliveries as they would have come: a faulty file first, then everything, that file corrected.

Keep out: how files are made (generate.py) and landed (orchestration/landing/extract.py).
"""

from __future__ import annotations

from pathlib import Path

from orchestration.demo.generate import SEED, TRUTH, build_world, current_summary, faulty_first_wave, generate
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.write import write_truth
from orchestration.landing.extract import extract
from orchestration.progress import say, stage
from orchestration.run_lock import run_lock
from orchestration.settings import Settings

FOLDER = "demo"


def tell_truth(settings: Settings) -> Path:
    """Writes what the marts must say about the demo into `<data>/demo/truth`, by these settings; returns the folder."""
    folder = settings.data_dir / FOLDER / TRUTH
    write_truth(folder, Known.of(build_world(SEED), settings))
    return folder


def deliver_demo_files(settings: Settings) -> None:
    """Puts the demo company's files into `<data>/demo`; quick when they are there already.

    The first, faulty version of one file is landed before the final files take its place, as a correction comes.
    """
    target = settings.data_dir / FOLDER
    with run_lock(settings.lock_path), stage("demo") as current:
        summary = current_summary(target, SEED) if settings.landing_dir.exists() else None
        if summary is None:
            world = build_world(SEED)
            faulty = faulty_first_wave(target, world=world)
            landed = extract(settings, say)
            say(f"{faulty.name}: first version landed ({landed.landed_rows} rows), corrected by the final files")
            summary = generate(target, world=world)
        current.rows = summary.rows
        current.note = f"{summary.files} files, {summary.customers} customers, {summary.orders} orders"
