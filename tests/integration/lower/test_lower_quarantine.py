"""What `holdfast quarantine` tells of a build, counted against the quarantine itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.quarantine.report import QuarantineError, check_entity, count_reasons, read_quarantine, read_shares
from orchestration.settings import Settings
from tests.integration.lower.lower_world import LowerWorld
from tests.landing_world import company


def settings_of(data: Path) -> Settings:
    return Settings(config_dir=data, data_dir=data, company=company(), audiences=(), sources=())


def test_every_row_is_read_and_a_limit_shortens_only_the_list(judged: LowerWorld) -> None:
    total, rows = read_quarantine(settings_of(judged.data), None, None)
    assert total == len(rows) == judged.rows("select count(*) from int_quarantine")[0][0]
    assert read_quarantine(settings_of(judged.data), None, 2) == (total, rows[:2])


def test_a_row_carries_its_values_as_they_came(judged: LowerWorld) -> None:
    _, rows = read_quarantine(settings_of(judged.data), "orders", None)
    assert [row.reasons for row in rows if '"order_id":"half_a_cent"' in row.raw] == ["amount: not a decimal(18,2)"]
    assert [row.record for row in rows if row.raw == "another"] == [2]


def test_reasons_are_counted_whatever_line_and_company_they_stand_in(judged: LowerWorld) -> None:
    counts = {count.reason: count.rows for count in count_reasons(settings_of(judged.data), "orders")}
    assert counts["too few fields"] == 2
    assert counts["customer_id: unknown customer"] == 3
    assert counts["amount: below 0"] == 1


def test_shares_are_those_of_the_clearing_and_say_what_stops_the_build(judged: LowerWorld) -> None:
    settings = settings_of(judged.data)
    shares = {share.entity: share for share in read_shares(settings, None)}
    # 14 rows and 2 lines that are none.
    assert shares["orders"].rejected == 16
    assert shares["orders"].unknown_customer == 2
    assert shares["orders"].over(settings)
    assert "referrals" not in shares


def test_an_entity_that_is_none_is_refused_with_the_known_ones() -> None:
    check_entity(None, ["orders"])
    with pytest.raises(QuarantineError, match='entity "order" is not known; choose one of: orders'):
        check_entity("order", ["orders"])


def test_without_a_build_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(QuarantineError, match="run `holdfast build` first"):
        read_quarantine(settings_of(tmp_path), None, 1)
    assert not (tmp_path / "work").exists()
