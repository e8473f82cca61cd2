"""The code location: what Dagster sees, and that looking at it does no work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.build import ensure_manifest, require_manifest
from orchestration.contract import load_contract
from orchestration.definitions import build_definitions
from orchestration.settings import PROJECT_ROOT, SYSTEMS, Settings, load_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo's settings with a parsed project in a folder of its own."""
    found = load_settings({"HOLDFAST_DATA": str(tmp_path_factory.mktemp("definitions"))})
    ensure_manifest(found)
    return found


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return build_definitions(settings)


def asset_graph(definitions: dg.Definitions) -> dg.AssetGraph:
    return definitions.resolve_asset_graph()


def test_it_loads_with_an_empty_environment_and_no_network(settings: Settings) -> None:
    program = (
        "import socket\n"
        "def blocked(*a, **k): raise OSError('network')\n"
        "socket.socket.connect = blocked; socket.create_connection = blocked\n"
        "import orchestration.definitions as location\n"
        "assert 'defs' in dir(location)\n"
        "from orchestration.settings import load_settings\n"
        f"settings = load_settings({{'HOLDFAST_DATA': {str(settings.data_dir)!r}}})\n"
        "location.build_definitions(settings).resolve_asset_graph()\n"
        "print('loaded')\n"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(settings.data_dir), "PYTHONPATH": str(PROJECT_ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=settings.data_dir,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "loaded\n", done.stderr


def test_the_main_assets_follow_the_way_of_the_data(definitions: dg.Definitions) -> None:
    graph = asset_graph(definitions)

    def parents(name: str) -> set[str]:
        return {key.to_user_string() for key in graph.get(dg.AssetKey([name])).parent_keys}

    assert parents("delivery") == {"release"}
    assert parents("release") == {"reports"}
    assert parents("reports") == {"published_marts"}
    assert {"rpt_retention", "fct_retention", "customer_360", "dim_customers"} <= parents("published_marts")
    assert parents("stg_crm__customers") == {"landing/crm/customers"}


def test_every_entity_of_the_contract_is_an_extract_asset(definitions: dg.Definitions) -> None:
    landed = {key.to_user_string() for key in asset_graph(definitions).get_all_asset_keys() if key.path[0] == "landing"}
    entities = {f"landing/{entity.system}/{entity.name}" for entity in load_contract().values()}
    kept = {f"landing/{system}/{name}" for system in SYSTEMS for name in ("delivered_files", "unparsed_lines")}
    figures_of_the_ledger = {"landing/ledger/published_figures"}
    assert landed == entities | kept | figures_of_the_ledger
    external = {
        key.to_user_string() for key in asset_graph(definitions).external_asset_keys if key.path[0] == "landing"
    }
    assert external == figures_of_the_ledger


def test_a_backfill_is_one_run_because_every_partitioned_asset_says_so(definitions: dg.Definitions) -> None:
    graph = asset_graph(definitions)
    partitioned = [graph.get(key) for key in graph.get_all_asset_keys() if graph.get(key).partitions_def is not None]
    assert len(partitioned) > 50
    assert {node.backfill_policy for node in partitioned} == {dg.BackfillPolicy.single_run()}


def test_the_months_are_the_configured_ones(definitions: dg.Definitions) -> None:
    partitions = definitions.resolve_job_def("monthly_report").partitions_def
    assert partitions is not None
    keys = partitions.get_partition_keys()
    assert (keys[0], keys[-1], len(keys)) == ("2022-01", "2024-12", 36)


def test_the_schedule_is_stopped_until_somebody_starts_it(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("monthly_schedule")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert schedule.execution_timezone == "Europe/Budapest"


@pytest.mark.parametrize(
    ("moment", "month"),
    [("2024-12-04T05:00:00", "2024-11"), ("2024-12-05T05:00:00", None), ("2026-03-04T05:00:00", None)],
)
def test_the_schedule_asks_for_the_month_before_on_its_day(
    definitions: dg.Definitions, moment: str, month: str | None
) -> None:
    from datetime import UTC, datetime

    schedule = definitions.resolve_schedule_def("monthly_schedule")
    # 2024-12-04 is the third business day of its month; 2026-02 lies after the demo's last month.
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime.fromisoformat(moment).replace(tzinfo=UTC), repository_def=None
    )
    answer = schedule(context)
    if month is None:
        assert isinstance(answer, dg.SkipReason)
    else:
        assert isinstance(answer, dg.RunRequest)
        assert (answer.partition_key, answer.run_key) == (month, month)


def test_no_job_approves_in_a_persons_stead(definitions: dg.Definitions) -> None:
    approval = dg.AssetKey("approval")
    assert asset_graph(definitions).has(approval)
    for name in ("monthly_report", "extract", "build", "report", "deliver"):
        assert approval not in definitions.resolve_job_def(name).asset_layer.executable_asset_keys, name


def test_no_retry_policy_on_release_and_delivery(definitions: dg.Definitions) -> None:
    for name in ("release", "delivery"):
        node = definitions.resolve_assets_def(name).node_def
        assert isinstance(node, dg.OpDefinition)
        assert node.retry_policy is None


def test_what_is_left_out_before_dbt_starts_is_still_what_dagster_dbt_does() -> None:
    from dagster_dbt import DbtCliResource

    from orchestration.defs.resources import QuickDbt

    for name in ("_cli_version", "_initialize_dbt_core_adapter"):
        assert name in vars(DbtCliResource), f"dagster-dbt has no {name} any more: look at QuickDbt again"
        assert name in vars(QuickDbt)


def test_a_stale_parsed_project_is_refused(settings: Settings, tmp_path: Path) -> None:
    other = settings.model_copy(update={"company": settings.company.model_copy(update={"order_window_days": 91})})
    with pytest.raises(Exception, match=r"older than the models or the configuration; run \./run holdfast prepare"):
        require_manifest(other)
    with pytest.raises(Exception, match="not parsed yet"):
        require_manifest(settings.model_copy(update={"data_dir": tmp_path}))


def test_all_singular_tests_block(settings: Settings) -> None:
    manifest = json.loads(require_manifest(settings).read_text())
    singular = [
        node for node in manifest["nodes"].values() if node["resource_type"] == "test" and "test_metadata" not in node
    ]
    assert singular
    assert [node["name"] for node in singular if not (node["config"].get("meta") or {}).get("dagster")] == []
