"""The layer rules of the code: who may import what, how large a file may grow."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(
    file for folder in ("orchestration", "reports", "examples", "benchmarks") for file in (ROOT / folder).rglob("*.py")
)
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 60


def imported(tree: ast.AST) -> set[str]:
    """The absolute module names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def of_package(names: set[str], package: str) -> list[str]:
    return sorted(name for name in names if name == package or name.startswith((f"{package}.", f"{package}_")))


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", PYTHON, ids=relative)
def test_only_the_code_location_imports_dagster(file: Path) -> None:
    name = relative(file)
    if name.startswith("orchestration/defs/") or name == "orchestration/definitions.py":
        return
    assert of_package(imported(ast.parse(file.read_text())), "dagster") == []


@pytest.mark.parametrize("file", [f for f in PYTHON if relative(f).startswith("reports/")], ids=relative)
def test_reports_know_nothing_of_orchestration(file: Path) -> None:
    assert of_package(imported(ast.parse(file.read_text())), "orchestration") == []


@pytest.mark.parametrize(
    "file",
    [
        f
        for f in PYTHON
        if relative(f).startswith(("orchestration/sources/", "orchestration/delivery/", "orchestration/demo/"))
    ],
    ids=relative,
)
def test_sources_delivery_and_demo_do_not_know_the_code_location(file: Path) -> None:
    names = imported(ast.parse(file.read_text()))
    assert [name for name in names if name.startswith(("orchestration.defs", "orchestration.definitions"))] == []


@pytest.mark.parametrize("file", PYTHON, ids=relative)
def test_files_and_functions_stay_small_enough_to_read(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= MAX_FILE_LINES
    long = [
        f"{node.name} ({(node.end_lineno or 0) - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("file", PYTHON, ids=relative)
def test_every_module_says_what_it_is(file: Path) -> None:
    text = file.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_no_top_level_folder_carries_the_name_of_a_dependency() -> None:
    lock = (ROOT / "requirements-dev.lock").read_text()
    packages = {name.lower().replace("-", "_") for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}
    packages |= set(sys.stdlib_module_names)
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders & packages == set()


def test_templates_never_switch_escaping_off() -> None:
    found = [
        f"{relative(file)}: {mark}"
        for folder in ("reports", "orchestration")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".j2", ".html"}
        for mark in ("|safe", "| safe", "Markup(", "autoescape false", "autoescape=False")
        if mark in file.read_text()
    ]
    assert found == []


def test_broad_excepts_are_not_used() -> None:
    found = [
        f"{relative(file)}:{node.lineno}"
        for file in PYTHON
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert found == []
