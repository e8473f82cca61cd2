"""`./run mutate`: makes every figure of docs/metrics.md wrong, one at a time, and sees whether a test turns red.

For each figure: its definition in the mart (or in the ledger below it) is changed, the mart and what is built on it are
made anew beside a finished demo, and the identities, the truth and the unit tests are asked, cheapest first, until
one of them objects. A figure nobody objects to is a survivor: the command fails and names it.

Add here: another kind of witness. Keep out: kinds of change (mutants.py).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt_project import DBT_DIR
from orchestration.demo.generate import SEED, build_world
from orchestration.demo.truth.known import Known
from orchestration.demo.truth.write import write_truth
from orchestration.settings import PROJECT_ROOT, load_settings
from tests.metrics_docs import Metric, read_metrics
from tests.mutation.mutants import Mutant, NoDefinition, handed_on_mutant, is_computed, mutant
from tests.mutation.witnesses import objecting_plant, objecting_recipe
from tests.pipeline import holdfast

COMPILED = Path("work/dbt/compiled/holdfast")
CATALOG = "holdfast"


@dataclass(frozen=True)
class Verdict:
    """What became of one mutant. `witness` is the test that objected, None if none did."""

    mutant: Mutant
    shown_in: str
    witness: str | None


class Project:
    """The finished demo: its models, tests and tables."""

    def __init__(self, data: Path, truth: Path) -> None:
        self.data = data
        self.truth = truth
        manifest = json.loads((data / "work" / "dbt" / "manifest.json").read_text(encoding="utf-8"))
        self.nodes: dict[str, dict[str, Any]] = manifest["nodes"]
        self.models = {node["name"]: node for node in self.nodes.values() if node["resource_type"] == "model"}
        self.tests = {
            node["name"]: node
            for node in self.nodes.values()
            if node["resource_type"] == "test" and node.get("test_metadata") is None
        }

    @property
    def working_file(self) -> Path:
        return self.data / "work" / "holdfast.duckdb"

    def sql(self, model: str) -> str:
        """The compiled SQL of a model."""
        return (self.data / COMPILED / self.models[model]["original_file_path"]).read_text(encoding="utf-8")

    def data_type(self, model: str, column: str) -> str:
        return str(self.models[model]["columns"][column].get("data_type") or "double")

    def parents(self, model: str) -> list[str]:
        """Ledgers a reporting model reads."""
        names = [str(self.nodes[key]["name"]) for key in self.models[model]["depends_on"]["nodes"] if key in self.nodes]
        return [name for name in names if name.startswith("fct_")]

    def children(self, model: str) -> list[str]:
        """Marts built on a model."""
        key = self.models[model]["unique_id"]
        return sorted(name for name, node in self.models.items() if key in node["depends_on"]["nodes"])

    def identities(self, models: Iterable[str]) -> dict[str, str]:
        """Singular tests that read one of the models: name → compiled SQL."""
        keys = {self.models[model]["unique_id"] for model in models}
        return {
            name: (self.data / COMPILED / node["original_file_path"]).read_text(encoding="utf-8")
            for name, node in sorted(self.tests.items())
            if keys & set(node["depends_on"]["nodes"])
        }


def mutants_of(project: Project, metrics: Iterable[Metric]) -> Iterator[tuple[Mutant, str]]:
    """A mutant per figure of the list, made where the figure is computed, and the model that shows it."""
    for metric in metrics:
        for column in metric.columns:
            model = metric.model
            for parent in project.parents(model):
                if column in project.models[parent]["columns"] and is_computed(project.sql(parent), column):
                    model = parent
                    break
            try:
                kind = project.data_type(model, column)
                yield mutant(model, project.sql(model), column, kind), metric.model
            except NoDefinition:
                yield handed_on_mutant(metric.model, project.sql(metric.model), column, kind), metric.model


def build_mutant(project: Project, changed: Mutant) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    """Catalog holdfast with the changed model and what is built on it made anew, and views of all else."""
    connection = duckdb.connect()
    connection.execute(f"attach '{project.working_file}' as demo (read_only)")
    connection.execute(f"attach ':memory:' as {CATALOG}")
    made = [changed.model, *project.children(changed.model)]
    _show_unchanged(connection, made)
    for model, sql in [(changed.model, changed.sql), *((child, project.sql(child)) for child in made[1:])]:
        connection.execute(f'create table "{CATALOG}".main."{model}" as {sql}')
    return connection, made


def _show_unchanged(connection: duckdb.DuckDBPyConnection, made: list[str]) -> None:
    """Views of all that is not made anew; the demo's own views read one another, by names of catalog holdfast."""
    found = connection.execute("""
        select schema_name, table_name, false as is_view from duckdb_tables() where database_name = 'demo'
        union all
        select schema_name, view_name, true from duckdb_views() where database_name = 'demo' and not internal
        order by is_view
    """).fetchall()
    for schema in {row[0] for row in found} - {"main"}:
        connection.execute(f'create schema "{CATALOG}"."{schema}"')
    waiting = [(schema, name) for schema, name, _ in found if schema != "main" or name not in made]
    while waiting:
        left = [pair for pair in waiting if not _shown(connection, *pair)]
        if len(left) == len(waiting):
            raise SystemExit(f"run mutate: {left[0][1]} of the demo cannot be shown; build the demo anew")
        waiting = left


def _shown(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    """Whether the view could be made: one that reads another must wait for it."""
    try:
        connection.execute(f'create view "{CATALOG}"."{schema}"."{name}" as from demo."{schema}"."{name}"')
    except (duckdb.CatalogException, duckdb.BinderException):
        return False
    return True


def write_marts(project: Project, connection: duckdb.DuckDBPyConnection, made: list[str], file: Path) -> None:
    """The working file once more, with the changed tables in it: what whole test files are given to read."""
    shutil.copyfile(project.working_file, file)
    connection.execute(f"attach '{file}' as written")
    found = connection.execute("select view_name from duckdb_views() where database_name = 'written'").fetchall()
    for (view,) in found:
        if view in made:
            connection.execute(f'drop view written.main."{view}"')
    for model in made:
        connection.execute(f'create or replace table written.main."{model}" as from "{CATALOG}".main."{model}"')
    connection.execute("detach written")


def objecting_identity(project: Project, connection: duckdb.DuckDBPyConnection, made: list[str]) -> str | None:
    """The first identity that has rows on the changed tables."""
    for name, sql in project.identities(made).items():
        if connection.execute(f"select 1 from ({sql}) as failing limit 1").fetchone():
            return name
    return None


def objecting_truth(project: Project, file: Path, made: list[str]) -> str | None:
    """The first test of tests/truth that fails when it is given the changed tables."""
    # Tests are named after the model they hold against something, or stand in a file that is.
    chosen = " or ".join(dict.fromkeys(name for model in made for name in (model, model.split("_", 1)[1])))
    environment = {
        **os.environ,
        "HOLDFAST_TEST_DEMO": str(project.data),
        "HOLDFAST_TEST_TRUTH": str(project.truth),
        "HOLDFAST_TEST_MARTS": str(file),
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "tests/truth",
            "-k",
            chosen,
        ],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    failed = re.search(r"^(?:FAILED|ERROR) \S*/([\w.]+::\S+)", done.stdout, re.MULTILINE)
    return failed.group(1) if failed else None


def objecting_unit_test(project: Project, changed: Mutant, folder: Path) -> str | None:
    """The first dbt unit test of the model that fails when the figure is changed in the model's own text."""
    copy = folder / "dbt_project"
    shutil.copytree(DBT_DIR, copy, ignore=shutil.ignore_patterns("target", "logs"))
    file = copy / project.models[changed.model]["original_file_path"]
    kind = project.data_type(changed.model, changed.column)
    wrong = {"boolean": "not {0}", "date": "{0} + 1", "varchar": "{0} || '!'"}.get(kind.split("(")[0], "{0} * 1.01 + 1")
    wrong = f"cast({wrong.format('final.' + changed.column)} as {kind})"
    text = file.read_text(encoding="utf-8")
    ending = f"select * replace ({wrong} as {changed.column}) from final"
    file.write_text(re.sub(r"select \* from final\s*$", lambda _: ending, text), encoding="utf-8")
    (folder / "work").mkdir()
    shutil.copyfile(project.working_file, folder / "work" / "holdfast.duckdb")
    place = ["--project-dir", str(copy), "--profiles-dir", str(copy), "--target-path", str(folder / "target")]
    chosen = ["--log-level-file", "none", "--select", f"{changed.model},test_type:unit"]
    subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "test", "-q", *place, *chosen],
        env={**os.environ, "HOLDFAST_DATA": str(folder)},
        capture_output=True,
        check=False,
    )
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    failed = [str(result["unique_id"]) for result in results if result["status"] == "fail"]
    return "unit test " + failed[0].split(".")[-1] if failed else None


def judge(project: Project, changed: Mutant, shown_in: str) -> Verdict:
    """Builds the mutant and asks the witnesses. Rows that break a rule are one; SQL that means nothing is none."""
    try:
        connection, made = build_mutant(project, changed)
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException) as error:
        figure = f"{changed.model}.{changed.column} ({changed.change})"
        raise SystemExit(f"run mutate: {figure} cannot be built: {error}") from error
    except duckdb.Error as error:
        return Verdict(changed, shown_in, f"the build itself ({type(error).__name__})")
    with connection:
        witness = (
            objecting_identity(project, connection, made)
            or objecting_plant(connection, project.truth, changed.model)
            or objecting_recipe(connection, project.working_file, changed.model, changed.column)
        )
        if witness:
            return Verdict(changed, shown_in, witness)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "marts.duckdb"
            write_marts(project, connection, made, file)
            witness = objecting_truth(project, file, made)
            return Verdict(changed, shown_in, witness or objecting_unit_test(project, changed, Path(folder)))


def judge_model(project: Project, work: list[tuple[Mutant, str]]) -> list[Verdict]:
    """All mutants of one model, one after the other, so that its facts are read once."""
    return [judge(project, *pair) for pair in work]


def require_silence(project: Project, models: Iterable[str]) -> None:
    """Raises if a witness objects to the demo as it is: it could not tell a mutant from the truth."""
    made = sorted({name for model in models for name in (model, *project.children(model))})
    with duckdb.connect(str(project.working_file), read_only=True) as connection:
        witness = objecting_identity(project, connection, made)
    witness = witness or objecting_truth(project, project.working_file, made)
    if witness:
        raise SystemExit(f"run mutate: {witness} fails without any change; mend that first")


def _table(verdicts: Iterable[Verdict]) -> Iterator[str]:
    yield "| figure | changed in | change | caught by |"
    yield "|---|---|---|---|"
    for verdict in verdicts:
        one = verdict.mutant
        yield f"| {verdict.shown_in}.{one.column} | {one.model} | {one.change} | {verdict.witness or '**nothing**'} |"


def main() -> int:
    parser = argparse.ArgumentParser(prog="run mutate", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="a data folder after `holdfast demo`; without it one is made")
    parser.add_argument("--model", help="only figures of this model")
    parser.add_argument("--column", help="only this figure")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = chosen.data
        if data is None:
            data = Path(folder) / "data"
            done = holdfast(data, "demo")
            if done.returncode != 0:
                sys.stderr.write(done.stdout + done.stderr)
                return done.returncode
        truth = Path(folder) / "truth"
        write_truth(truth, Known.of(build_world(SEED), load_settings({})))
        project = Project(data.resolve(), truth)
        metrics = [metric for metric in read_metrics() if chosen.model in (None, metric.model)]
        work = [pair for pair in mutants_of(project, metrics) if chosen.column in (None, pair[0].column)]
        work.sort(key=lambda pair: pair[0].model)
        require_silence(project, {changed.model for changed, _ in work})
        by_model = [list(pairs) for _, pairs in groupby(work, key=lambda pair: pair[0].model)]
        with ProcessPoolExecutor(chosen.processes, get_context("spawn"), max_tasks_per_child=1) as pool:
            parts = pool.map(judge_model, [project] * len(by_model), by_model)
            verdicts = [verdict for part in parts for verdict in part]
    sys.stdout.write("\n".join(_table(verdicts)) + "\n\n")
    survivors = [verdict for verdict in verdicts if verdict.witness is None]
    sys.stdout.write(
        f"{len(verdicts)} figures changed · {len(verdicts) - len(survivors)} caught · {len(survivors)} not\n"
    )
    return 1 if survivors or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
