"""Random small companies through the whole pipeline, against the same plain reference that tells the demo's truth.

Hypothesis draws companies one by one; sixty of them make one build, each a country of its own. A failure names the
companies that differ and prints the history of the first.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orchestration.demo.truth.known import Known
from orchestration.demo.truth.write import TABLES
from orchestration.demo.world import World
from orchestration.landing.extract import extract
from orchestration.settings import load_settings
from tests.pipeline import holdfast
from tests.truth.company_files import write_config, write_files
from tests.truth.company_strategies import companies, named, together
from tests.truth.comparison import Comparison, differences, read_model, read_truth
from tests.truth.test_demo_truth import MODELS

COMPANIES = 60
# What these companies have facts for.
COMPARED = (
    *("retention", "cohorts", "revenue", "orders", "survival", "window_sensitivity", "value"),
    *("churn_reasons", "losses", "competitors", "early_life", "save_desk", "offers"),
    *("risk_signals", "customers_at_risk", "value_risk"),
    *("surveys", "survey_breakdowns", "score_outcome", "loyal_captive"),
    *("loyalty", "referred", "tier_moves", "rfm"),
    *("service", "speed_correctness", "reply_variants"),
)
RULES: dict[str, dict[str, Any]] = {
    "either": {"activity_rule": "either", "order_window_days": 90},
    "mixed": {
        "activity_rule": "contract",
        "activity_rule_by_segment": {"small": "orders", "tiny": "either"},
        "order_window_days": 30,
        "count_free": True,
        "allowed_gap_days": 10,
    },
}
SHOWN = 12


def told(company: World) -> str:
    """A company's whole history as text, one fact a line."""
    return "\n".join(str(fact) for kind in fields(company) for fact in getattr(company, kind.name))


def drawn() -> list[World]:
    """Companies Hypothesis draws, always the same ones and no two alike, under the names C000 and so on.

    It draws them ten at a time: from one example to the next it likes to change little, within one it does not.
    """
    found: dict[str, World] = {}

    @settings(
        max_examples=COMPANIES // 10 + 1,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(companies(), min_size=10, max_size=10))
    def collect(batch: list[World]) -> None:
        found.update({told(company): company for company in batch})

    collect()
    return [named(company, f"C{number:03d}") for number, company in enumerate(found.values())][:COMPANIES]


@dataclass(frozen=True)
class Build:
    """Companies, the marts built of them, and what the marts must say."""

    companies: dict[str, World]
    marts: Path
    truth: Path


@pytest.fixture(scope="module", params=RULES)
def build(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Sixty companies under one set of rules, from files to published marts."""
    folder = tmp_path_factory.mktemp(f"companies-{request.param}")
    data, config = folder / "data", write_config(folder / "config", **RULES[request.param])
    batch = drawn()
    world = together(batch)
    write_files(data, world)
    read = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(data)})
    extract(read, lambda _: None)
    done = holdfast(data, "build", config=config)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    known = Known.of(world, read)
    truth = folder / "truth"
    truth.mkdir()
    for name in COMPARED:
        assert TABLES[name](known).write(truth / f"{name}.csv") > 0
    by_name = {f"C{number:03d}": company for number, company in enumerate(batch)}
    return Build(by_name, read.published_marts.resolve(), truth)


@pytest.mark.pipeline
@pytest.mark.parametrize("name", COMPARED)
def test_every_company_is_told_as_the_plain_reference_tells_it(build: Build, name: str) -> None:
    comparison: Comparison = next(model for model in MODELS if model.truth == f"{name}.csv")
    truth, columns = read_truth(build.truth / comparison.truth, comparison.keys)
    lines = differences(truth, read_model(build.marts, comparison, columns))
    # Keys begin with audience, scope type, scope value.
    concerned = [line.split(" · ")[2] for line in lines if line.split(" · ")[1] == "country"]
    shown = "\n".join(lines[:SHOWN])
    history = f"\n{concerned[0]}:\n{told(build.companies[concerned[0]])}" if concerned else ""
    assert not lines, f"{comparison.model}: {len(lines)} differ, of {sorted(set(concerned))}\n{shown}{history}"


def test_the_companies_are_awkward_enough(tmp_path: Path) -> None:
    """Hypothesis gives what these tests are for: every kind of fact, and the cases that make them hard."""
    world = together(drawn())
    assert any(customer.merged_into for customer in world.customers)
    assert any(len(customer.versions) > 1 for customer in world.customers)
    assert any(len(contract.prices) > 1 and contract.end_row == "first" for contract in world.contracts)
    assert any(price.mrr == 0 for contract in world.contracts for price in contract.prices)
    assert len(world.refunds) > 5
    assert any(request.outcome == "lost" for request in world.requests)
    assert any(response.customer_id == "" for response in world.responses)
    assert any(case.reopened_at for case in world.cases)
    assert any(case.merged_into for case in world.cases)
    assert any(offer.is_holdout for offer in world.offers)
    assert {transaction.kind for transaction in world.points} == {"earn", "redeem", "expire", "adjust"}
    assert any(referral.referred_customer_id for referral in world.referrals)
    assert any(quote.status == "open" for quote in world.quotes)
    config = write_config(tmp_path / "config", **RULES["mixed"])
    known = Known.of(world, load_settings({"HOLDFAST_CONFIG": str(config)}))
    assert any(charge.is_continued for history in known.people for charge in history.charges)
    ledger = TABLES["retention"](known)
    told_of = {
        name: sum(int(row[at] or 0) for row in ledger.by_scope().values()) for name, at in ledger.positions.items()
    }
    assert [name for name, total in told_of.items() if not total] == []
