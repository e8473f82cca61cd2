"""The one small company whose landing is judged by all tests of this folder that only read."""

from __future__ import annotations

import pytest

from tests.integration.lower.lower_company import FORMATS, deliver_company
from tests.integration.lower.lower_world import LowerWorld


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> LowerWorld:
    """The company's landing after one build; nothing is over its limit here."""
    world = LowerWorld(tmp_path_factory.mktemp("lower") / "data")
    deliver_company(world)
    built = world.build(
        *("+rpt_data_received", "int_as_of", "int_customer_versions"),
        max_rejected_share=1,
        max_unknown_customer_share=1,
        formats=FORMATS,
    )
    assert built.returncode == 0, built.output
    return world
