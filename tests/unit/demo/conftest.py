"""The demo company, generated once for the tests of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.demo.generate import SEED, build_world, generate
from orchestration.demo.world import World


@pytest.fixture(scope="session")
def demo_world() -> World:
    """Everything that happened. Read only."""
    return build_world(SEED)


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the demo's deliveries and truth. Read only."""
    target = tmp_path_factory.mktemp("demo-files")
    generate(target)
    return target
