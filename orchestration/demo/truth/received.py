"""The truth of rpt_data_received: rows landed per entity and what became of them."""

from __future__ import annotations

import csv
from pathlib import Path

from orchestration.demo.tally import FATES, QUARANTINED, UNKNOWN_CUSTOMER, Tally


def write_received(path: Path, tally: Tally) -> int:
    """Writes one row per delivered entity; `quarantined` includes rows of unknown customers. Returns the rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["entity", "files", "landed", *FATES, "newest_delivered_on"])
        for entity in sorted(tally.rows):
            fates = {fate: tally.rows[entity][fate] for fate in FATES}
            fates[QUARANTINED] += fates[UNKNOWN_CUSTOMER]
            writer.writerow(
                [entity, tally.files[entity], tally.landed(entity), *fates.values(), tally.newest[entity].isoformat()]
            )
    return len(tally.rows)
