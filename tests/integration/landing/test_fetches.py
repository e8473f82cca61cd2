"""What lands of a fetch: its rows, deletions, date and state; and what is refused as a whole."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchestration.landing import fetching
from orchestration.landing.extract import ExtractError
from orchestration.settings import EntityFiles, FilesSource
from orchestration.sources.fetched import MissingSecretsError, Page, Row, SourceFailedError, SpentQuotaError, TablePage
from tests.fetched_world import CUSTOMERS, ORDERS, FetchedWorld, account, ended

EVERY_CUSTOMER = "select customer_id, name, _deleted from raw_crm.customers order by _load_id, _record"


@pytest.fixture
def world(tmp_path: Path) -> FetchedWorld:
    return FetchedWorld(tmp_path)


def pages(*numbers: int) -> Page:
    return Page(tuple(account(number) for number in numbers))


def test_the_pages_of_a_fetch_land_as_one_delivery_of_the_day(world: FetchedWorld) -> None:
    result = world.extract(accounts=[pages(1, 2), pages(3), ended(expected_rows=3)])
    assert result.landed_rows == 3
    found = world.rows(
        "select customer_id, updated_at, _record, _delivered_on::text, _delivered_by from raw_crm.customers"
    )
    assert found == [(f"C{n}", "2024-10-01", n, "2025-01-07", "fetch") for n in (1, 2, 3)]
    [(file, loads)] = world.rows("select _file, count(distinct _load_id) from raw_crm.customers group by 1")
    assert re.fullmatch(r"accounts@\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", file)
    assert loads == 1


def test_a_table_of_arrow_lands_like_rows(world: FetchedWorld) -> None:
    table = pa.table({"id": ["C1"], "name": ["Ann"], "changed": [None]}, schema=pa.schema(
        [(name, pa.string()) for name in ("id", "name", "changed")]))  # fmt: skip
    world.extract(accounts=[TablePage(table), ended()])
    assert world.rows(EVERY_CUSTOMER) == [("C1", "Ann", None)]


def test_the_next_fetch_goes_on_from_the_state_of_the_last(world: FetchedWorld) -> None:
    world.extract(accounts=[pages(1), ended(token="first")])
    world.extract(accounts=[pages(2), ended("increment", "second")])
    world.extract(accounts=[ended("increment", "third")])
    assert [state for _, _, state in world.service.asked] == [None, {"token": "first"}, {"token": "second"}]
    kept = world.rows("select delivery, rows, state from raw_crm.delivered_files order by _load_id")
    assert [(mode, rows, json.loads(state)["state"]["token"]) for mode, rows, state in kept] == [
        ("snapshot", 1, "first"),
        ("increment", 1, "second"),
        ("increment", 0, "third"),
    ]


def test_a_full_fetch_is_asked_for_by_the_setting_or_by_hand(world: FetchedWorld) -> None:
    world.extract(accounts=[pages(1), ended()])
    world.extract(full=True, accounts=[pages(1), ended()])
    world.entities["customers"] = CUSTOMERS.model_copy(update={"delivery": "snapshot"})
    world.extract(accounts=[pages(1), ended()])
    assert [state for _, _, state in world.service.asked] == [None, None, None]


def test_a_changed_mapping_asks_for_all_rows_anew(world: FetchedWorld) -> None:
    world.extract(accounts=[pages(1), ended()])
    world.entities["customers"] = CUSTOMERS.model_copy(update={"columns": {"customer_id": "id", "name": "changed"}})
    world.extract(accounts=[pages(1), ended()])
    assert world.service.asked[1] == ("accounts", ("id", "changed"), None)
    assert "crm customers: table, key or columns changed: all rows were fetched" in world.said


def test_a_corrected_code_map_goes_on_from_the_state(world: FetchedWorld) -> None:
    coded = {"customer_id": "id", "name": {"field": "name", "codes": {"Ann": "Anna"}}, "updated_at": "changed"}
    world.extract(accounts=[pages(1), ended(token="first")])
    world.entities["customers"] = CUSTOMERS.model_copy(update={"columns": coded})
    world.extract(accounts=[ended("increment")])
    assert [state for _, _, state in world.service.asked] == [None, {"token": "first"}]


def test_customers_are_made_of_fetched_orders(world: FetchedWorld) -> None:
    derived: Any = {"orders": ORDERS, "customers": {"derive": {"from": "orders", "by": "customer_id"}}}
    world.entities = derived
    sales: list[Row] = [{"id": f"O{n}", "buyer": buyer, "total": "5"} for n, buyer in enumerate(("C1", "C2", "C1"))]
    result = world.extract(sales=[Page(tuple(sales)), ended()])
    assert [(file.entity, file.rows) for file in result.files] == [("orders", 3), ("customers", 2)]
    world.extract(sales=[Page(({"id": "O9", "buyer": "C3", "total": "1"},), deleted=("O0",)), ended("increment")])
    assert world.rows("select customer_id, _deleted from raw_crm.customers order by _load_id, _record") == [
        ("C1", None),
        ("C2", None),
        ("C3", None),
    ]


def test_rows_that_are_gone_land_as_marks_after_the_rows(world: FetchedWorld) -> None:
    world.extract(accounts=[pages(1, 2), ended()])
    result = world.extract(accounts=[Page((account(3),), deleted=("C1", "C9", "C1")), ended("increment")])
    assert result.landed_rows == 3
    assert world.rows(EVERY_CUSTOMER)[2:] == [("C3", "Ann", None), ("C1", None, "true"), ("C9", None, "true")]


def test_a_row_that_comes_after_its_deletion_is_not_gone(world: FetchedWorld) -> None:
    world.extract(accounts=[Page((), deleted=("C1", "C2")), pages(1), ended("increment")])
    assert world.rows(EVERY_CUSTOMER) == [("C1", "Ann", None), ("C2", None, "true")]


def test_a_deletion_that_no_key_can_be_told_from_is_refused(world: FetchedWorld) -> None:
    gone = [Page((), deleted=("7",)), ended("increment")]
    world.entities["customers"] = CUSTOMERS.model_copy(update={"columns": {"customer_id": "number", "name": "name"}})
    with pytest.raises(ExtractError, match="map customer_id to id, or set delivery: snapshot"):
        world.extract(accounts=gone)
    world.entities["customers"] = CUSTOMERS.model_copy(update={"key": None})
    with pytest.raises(ExtractError, match="set key to the field that names a row"):
        world.extract(accounts=gone)
    assert world.rows(EVERY_CUSTOMER) == []


@pytest.mark.parametrize(("rows", "lands"), [(8, True), (7, False), (0, False)])
def test_a_full_fetch_under_the_share_of_the_last_is_refused(rows: int, lands: bool, world: FetchedWorld) -> None:
    world.extract(accounts=[pages(*range(10)), ended()])
    world.extract(accounts=[pages(10), ended("increment")])
    answers = [pages(*range(rows)), ended()]
    if lands:
        assert world.extract(accounts=answers).landed_rows == rows
        return
    with pytest.raises(
        ExtractError, match=rf"a full fetch gave {rows} rows, the last one 10 \(2025-01-07\): under 80%"
    ):
        world.extract(accounts=answers)
    assert len(world.rows(EVERY_CUSTOMER)) == 11
    world.entities["customers"] = CUSTOMERS.model_copy(update={"at_least": 0.0})
    assert world.extract(accounts=answers).landed_rows == rows


def test_an_increment_may_be_as_small_as_it_likes(world: FetchedWorld) -> None:
    world.extract(accounts=[pages(*range(10)), ended()])
    assert world.extract(accounts=[ended("increment")]).landed_rows == 0


def test_fewer_rows_than_the_service_counts_are_refused(world: FetchedWorld) -> None:
    with pytest.raises(ExtractError, match="the service counts 3 rows and gave 2"):
        world.extract(accounts=[pages(1, 2), ended(expected_rows=3)])
    assert world.rows(EVERY_CUSTOMER) == []


def test_a_fetch_that_fails_lands_nothing_and_the_others_land(world: FetchedWorld) -> None:
    world.entities["orders"] = ORDERS
    order = {"id": "O1", "buyer": "C1", "total": "5"}
    with pytest.raises(
        ExtractError, match=r"crm customers: accounts: /accounts, page 2: \$.value is no list"
    ) as caught:
        world.extract(
            accounts=[pages(1), SourceFailedError("/accounts, page 2: $.value is no list; ask its owner")],
            sales=[Page((order,)), ended()],
        )
    assert [file.entity for file in caught.value.result.files] == ["orders"]
    assert (world.rows(EVERY_CUSTOMER), world.service.closed) == ([], 1)
    world.extract(accounts=[pages(1), ended()], sales=[ended("increment")])
    assert world.rows("select (select count(*) from raw_crm.customers), (select count(*) from raw_crm.orders)") == [
        (1, 1)
    ]


def test_a_spent_quota_keeps_what_was_read_and_fails_all_the_same(world: FetchedWorld) -> None:
    spent = SpentQuotaError("the quota is spent until tomorrow", kept=ended("increment", "so far"))
    with pytest.raises(ExtractError, match="the quota is spent"):
        world.extract(accounts=[Page((account(1), account(2)), deleted=("C9",)), spent])
    assert world.rows(EVERY_CUSTOMER) == [("C1", "Ann", None), ("C2", "Ann", None), ("C9", None, "true")]
    with pytest.raises(ExtractError, match="spent"):
        world.extract(accounts=[pages(3), SpentQuotaError("spent")])
    assert len(world.rows(EVERY_CUSTOMER)) == 3
    assert world.service.asked[1][2] == {"token": "so far"}


def test_a_connector_that_breaks_off_or_goes_on_is_refused(world: FetchedWorld) -> None:
    with pytest.raises(ExtractError, match="broke off without an end"):
        world.extract(accounts=[pages(1)])
    with pytest.raises(ExtractError, match="went on after its end"):
        world.extract(accounts=[pages(1), ended(), pages(2)])


def test_missing_secrets_are_told_once_for_a_source(world: FetchedWorld) -> None:
    world.entities["orders"] = ORDERS
    world.service.refusal = MissingSecretsError("environment variables are not set: CRM_URL (url_env); set them")
    with pytest.raises(ExtractError, match="CRM_URL") as caught:
        world.extract()
    assert (len(caught.value.rejected), world.service.asked) == (1, [])
    assert world.said == ["crm customers, orders: nothing fetched; the reason is told at the end"]


def test_an_entity_of_another_system_is_refused_before_it_is_asked_for(world: FetchedWorld) -> None:
    world.entities = {"survey_answers": CUSTOMERS, "custmers": CUSTOMERS}
    with pytest.raises(ExtractError, match=r'belongs to system survey(.|\n)*nearest is "customers"'):
        world.extract()
    assert world.service.asked == []


def test_the_summary_says_rows_pages_speed_and_notes(world: FetchedWorld) -> None:
    world.extract(accounts=[pages(1, 2), Page((), deleted=("C9",)), ended("increment", notes=("match rate 93 %",))])
    assert re.fullmatch(
        r"crm customers: 2 rows fetched, 1 deleted \(increment, 2 pages, \d+\.\d s, [\d ]+ rows/s\)", world.said[0]
    )
    assert world.said[1] == "crm customers: match rate 93 %"


def test_a_fetch_whose_rows_were_lost_from_landing_is_made_anew(world: FetchedWorld) -> None:
    world.extract(accounts=[pages(1), ended(token="a")])
    world.extract(accounts=[pages(2), ended("increment", "b")])
    world.extract(accounts=[pages(3), ended("increment", "c")])
    second = sorted((world.root / "data" / "landing" / "crm" / "customers").glob("*.parquet"))[1]
    second.unlink()
    world.extract(accounts=[pages(1, 2, 3), ended()])
    assert world.service.asked[3][2] is None
    world.extract(accounts=[ended("increment", "e")])
    assert world.service.asked[4][2] == {"token": "t1"}


def test_a_fetch_and_files_of_one_entity_land_in_one_load(world: FetchedWorld) -> None:
    folder = world.root / "export"
    folder.mkdir()
    (folder / "customers_2024-10.csv").write_text("customer_id,name\nF1,Eve\n")
    files = FilesSource(
        name="old", kind="files", system="crm", path=str(folder), entities={"customers": EntityFiles(files="*.csv")}
    )
    world.others = (files,)
    world.extract(accounts=[Page((account(1),), deleted=("C9",)), ended("increment")])
    found = world.rows("select _source, customer_id, name, _deleted from raw_crm.customers order by 1, _record")
    assert found == [("crm", "C1", "Ann", None), ("crm", "C9", None, "true"), ("old", "F1", "Eve", None)]
    assert world.rows("select count(distinct _load_id) from raw_crm.customers") == [(1,)]
    kept = world.rows("select _source, delivery, state is null from raw_crm.delivered_files order by 1")
    assert kept == [("crm", "increment", False), ("old", None, True)]
    result = world.extract(accounts=[ended("increment")])
    assert (result.landed_files, result.unchanged_files) == (1, 1)


def test_progress_is_told_while_a_fetch_runs(world: FetchedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TELL_SECONDS", 0.0)
    world.extract(accounts=[pages(1), ended()])
    assert world.said[:2] == ["crm customers: 0 rows, 0 pages, 0 rows/s"] * 2
