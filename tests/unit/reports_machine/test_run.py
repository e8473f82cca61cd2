"""A run refuses what no report can be made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.run import ReportError
from tests.unit.reports_machine.runs import RUN


def test_the_month_has_its_days() -> None:
    leap = replace(RUN, month="2024-02")
    assert (leap.month_start, leap.month_end) == (date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"language": "de"}, 'language "de" is not available'),
        ({"pages": ("cover", "weather")}, 'page "weather" is unknown'),
        ({"month": "2024-13"}, 'month "2024-13" is no month'),
    ],
)
def test_an_unknown_value_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(ReportError, match="audience board: ") as raised:
        replace(RUN, **change)  # type: ignore[arg-type]
    assert said in str(raised.value)
