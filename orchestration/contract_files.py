"""Writes the files that are generated from the contract: run `python -m orchestration.contract_files` after a change.

Add here: another committed file that is a pure rendering of the contract. Keep out: reading the contract (contract.py).
"""

from __future__ import annotations

from pathlib import Path

from orchestration.contract import MACRO_FILE, MODELS_DIR, load_contract, render_macro
from orchestration.contract_docs import render_admitted_yaml, render_page, render_staging_yaml
from orchestration.settings import PROJECT_ROOT

CONTRACT_PAGE = PROJECT_ROOT / "docs" / "contract.md"


def generated_files() -> dict[Path, str]:
    """Every generated file and the text it must have; a test compares them with what is committed."""
    contract = load_contract()
    files = {MACRO_FILE: render_macro(contract), CONTRACT_PAGE: render_page(contract.values())}
    for system in dict.fromkeys(entity.system for entity in contract.values()):
        entities = [entity for entity in contract.values() if entity.system == system]
        files[MODELS_DIR / "staging" / system / f"_{system}__models.yml"] = render_staging_yaml(entities)
    files[MODELS_DIR / "intermediate" / "admitted" / "_admitted__models.yml"] = render_admitted_yaml(contract.values())
    return files


def write_generated() -> list[Path]:
    """Writes all generated files; returns those whose text changed."""
    changed = []
    for path, text in generated_files().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


if __name__ == "__main__":
    write_generated()
