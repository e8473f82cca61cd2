"""Writes the demo company's deliveries into a folder: crm/, finance/, survey/, and truth/ with the fate of every row.

generate() gives the final state. faulty_first_wave() gives, alone, the first version of the one file that is corrected
later; extracting between the two calls is what makes it a corrected file.
Keep out: what is drawn (simulate.py), planted (planted_*.py) or spoilt (spoilt.py).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.demo import planted_contact, planted_contracts, planted_orders, planted_service, spoilt
from orchestration.demo.files_around import (
    write_interactions,
    write_invitations,
    write_offers,
    write_points,
    write_quotes,
    write_ratings,
    write_referrals,
    write_reviews,
    write_touches,
)
from orchestration.demo.files_cases import write_cases
from orchestration.demo.files_crm import (
    write_contracts,
    write_customers,
    write_faulty_refunds,
    write_orders,
    write_refunds,
    write_requests,
)
from orchestration.demo.files_finance import write_annotations, write_costs, write_rates, write_targets
from orchestration.demo.files_survey import write_responses, write_surveys
from orchestration.demo.margins import settle_margins
from orchestration.demo.months import DAY, last_day
from orchestration.demo.planter import Planter
from orchestration.demo.simulate import simulate
from orchestration.demo.tally import Tally
from orchestration.demo.truth.received import write_received
from orchestration.demo.world import World

SEED = 20241231
SYSTEMS = ("crm", "finance", "survey")
TRUTH = "truth"
STAMP = "generation.json"


@dataclass(frozen=True)
class DemoSummary:
    """What a folder holds: `rows` are the rows in its files, `stamp` the hash of generator and seed."""

    stamp: str
    customers: int
    contracts: int
    orders: int
    files: int
    rows: int


def generation_stamp(seed: int) -> str:
    """A hash that changes with the seed or any line of the generator; what the truth is told by changes no delivery."""
    digest = hashlib.sha256(str(seed).encode())
    folder = Path(__file__).parent
    for path in sorted(folder.glob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def current_summary(target: Path, seed: int = SEED) -> DemoSummary | None:
    """The summary of a folder that holds exactly this generation, complete; else None."""
    stamp = target / STAMP
    if not stamp.is_file():
        return None
    told = json.loads(stamp.read_text(encoding="utf-8"))
    # Another version of the generator may have told other things.
    if told.get("stamp") != generation_stamp(seed):
        return None
    found = DemoSummary(**told)
    complete = found.files == sum(1 for system in SYSTEMS for _ in (target / system).glob("*"))
    return found if complete else None


def build_world(seed: int) -> World:
    """The drawn history with every planted case, and the late batch set aside for the next delivery."""
    world = simulate(seed)
    planter = Planter(world)
    for case in (*planted_contracts.CASES, *planted_orders.CASES, *planted_service.CASES, *planted_contact.CASES):
        case(planter)
    settle_margins(world)
    _hold_back_late_orders(world)
    return world


def _hold_back_late_orders(world: World) -> None:
    last = last_day(spoilt.LATE_ORDERS)
    for order in world.orders:
        if last - 3 * DAY <= order.ordered_at.date() <= last and order.currency == "PLN":
            order.delivered_in, order.settled_in = spoilt.LATE_ORDERS + 1, None


def _write_deliveries(target: Path, world: World, tally: Tally) -> None:
    crm, finance, survey = (target / system for system in SYSTEMS)
    for write in (write_customers, write_contracts, write_orders, write_refunds, write_cases, write_requests):
        write(crm, world, tally)
    for write in (write_interactions, write_reviews, write_quotes, write_offers, write_points, write_referrals):
        write(crm, world, tally)
    write_touches(crm, world, tally)
    write_costs(finance, world, tally)
    write_invitations(survey, world, tally)
    write_ratings(survey, world, tally)
    write_rates(finance, world, tally)
    write_targets(finance, tally)
    write_annotations(finance, tally)
    write_surveys(survey, tally)
    write_responses(survey, world, tally)


def _clear(target: Path) -> None:
    """Removes an older generation, known by its stamp, and makes the folders."""
    for name in (*SYSTEMS, TRUTH):
        if (target / STAMP).is_file():
            shutil.rmtree(target / name, ignore_errors=True)
        (target / name).mkdir(parents=True, exist_ok=True)
    (target / STAMP).unlink(missing_ok=True)


def faulty_first_wave(target: Path, seed: int = SEED, world: World | None = None) -> Path:
    """Writes only the first, faulty version of the corrected refund file; the folders of all systems are there.

    Returns the file. A generation that stood in the folder is removed.
    """
    _clear(target)
    return write_faulty_refunds(target / "crm", world or build_world(seed))


def generate(target: Path, seed: int = SEED, world: World | None = None) -> DemoSummary:
    """Writes the final deliveries; returns at once if the folder holds them already.

    `world`, if given, must be build_world(seed): it saves drawing it again.
    """
    found = current_summary(target, seed)
    if found is not None:
        return found
    _clear(target)
    drawn = world or build_world(seed)
    tally = Tally()
    _write_deliveries(target, drawn, tally)
    write_received(target / TRUTH / "data_received.csv", tally)
    # The first version of the corrected file is counted as a file of its own, and is not in the folder.
    summary = DemoSummary(
        stamp=generation_stamp(seed),
        customers=len(drawn.customers),
        contracts=len(drawn.contracts),
        orders=len(drawn.orders),
        files=tally.files.total() - 1,
        rows=sum(tally.landed(entity) for entity in tally.rows),
    )
    (target / STAMP).write_text(json.dumps(asdict(summary), indent=2) + "\n", encoding="utf-8")
    return summary
