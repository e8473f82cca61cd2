"""docs/mapping.md names every expression, option, date directive and packaged mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.mapping.date_formats import KNOWN
from orchestration.mapping.expressions import FILE, KINDS, OPTIONS, RECORD
from orchestration.mapping.packaged import packaged

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "mapping.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*KINDS, *OPTIONS, RECORD, FILE, "derive"])
def test_everything_that_can_be_written_is_described(name: str) -> None:
    assert f"{{{name}:" in TEXT or f"`{name}`" in TEXT


def test_the_directives_of_dates_are_those_that_work() -> None:
    assert f"`{KNOWN}`" in TEXT


@pytest.mark.parametrize("name", packaged())
def test_every_packaged_mapping_has_a_page(name: str) -> None:
    assert f"connectors/{name}.md" in TEXT
    assert (DOCS / "connectors" / f"{name}.md").is_file()
