"""The files source alone, as a person tries it: it says what would land and lands nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.contract import load_contract
from orchestration.settings import PROJECT_ROOT
from orchestration.sources.files.__main__ import app

SOURCES = """
sources:
  - {name: shop, kind: files, system: crm, path: export, entities: {refunds: {files: "refunds_*.csv"}}}
"""
HEADER = ",".join(load_contract()["refunds"].column_names)


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("company.yml", "audiences.yml"):
        (tmp_path / name).write_text((PROJECT_ROOT / "config" / name).read_text())
    (tmp_path / "sources.yml").write_text(SOURCES)
    (tmp_path / "export").mkdir()
    monkeypatch.setenv("HOLDFAST_CONFIG", str(tmp_path))
    monkeypatch.setenv("HOLDFAST_DATA", str(tmp_path / "data"))
    return tmp_path / "export"


def test_says_what_would_land_and_lands_nothing(export: Path) -> None:
    row = "x" + "," * HEADER.count(",")
    (export / "refunds_2024-10.csv").write_text(f"{HEADER}\n{row}\nshort\n")
    result = CliRunner().invoke(app, ["shop"])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "crm refunds: 1 file, 1 rows, 1 line could not be parsed",
        "  refunds_2024-10.csv: 1 rows, delivered 2024-10-31 (file name)",
        f"    line 3: 1 values where the header has {HEADER.count(',') + 1}",
    ]
    assert not (export.parent / "data").exists()


def test_a_rejected_file_is_named_and_fails_the_command(export: Path) -> None:
    (export / "refunds_2024-10.csv").write_bytes(b"")
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 1
    assert "refunds_2024-10.csv: REJECTED: it is empty (0 bytes)" in result.output


def test_an_unknown_source_is_named(export: Path) -> None:
    result = CliRunner().invoke(app, ["shpo"])
    assert result.exit_code == 2
    assert "shpo" in result.output
