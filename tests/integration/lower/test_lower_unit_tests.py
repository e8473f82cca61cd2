"""The dbt unit tests of staging and admission, run over the relations of the small company."""

from __future__ import annotations

from tests.integration.lower.lower_world import LowerWorld


def test_all_unit_tests_of_the_lower_half_pass(judged: LowerWorld) -> None:
    selections = [f"test_type:unit,path:models/{part}" for part in ("staging", "intermediate/admitted")]
    tested = judged.dbt("test", *selections)
    assert tested.returncode == 0, tested.output
    assert len(tested.status) >= 16
    assert set(tested.status.values()) == {"pass"}
