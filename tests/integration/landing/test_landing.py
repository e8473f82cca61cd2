"""Landing: what lands, what is a no-op, what supersedes, and what the raw views show of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.contract import load_contract
from orchestration.landing.extract import ExtractError, extract
from orchestration.landing.landed import committed_loads, receipts
from orchestration.raw_views import create_raw_views
from orchestration.settings import EntityFiles
from tests.landing_world import CONTRACT, LOAD_DAY, World, noon

CUSTOMERS = "customer_id,name,region\nC1,Anna,North\nC2,Béla,South\n"
ORDERS = "order_id,customer_id,amount\nO1,C1,10.00\nO2,C2,20.00\n"
COUNT = "select count(*) from raw_crm.{}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    entities = {
        "customers": EntityFiles(files="customers*.csv", delivery="snapshot"),
        "orders": EntityFiles(files="orders_*.csv"),
    }
    return World(tmp_path, entities)


def test_rows_land_as_they_came_with_their_origin(world: World) -> None:
    world.put("customers_2024-10.csv", CUSTOMERS)
    result = world.extract()
    assert (result.landed_files, result.landed_rows, result.unchanged_files) == (1, 2, 0)
    sha = result.files[0].sha256
    [load_id] = committed_loads(world.root / "data" / "landing", "crm")
    origin = ("crm_files", "customers_2024-10.csv", sha)
    assert world.rows("select * from raw_crm.customers order by _record") == [
        ("C1", "Anna", "North", None, None, *origin, 1, date(2024, 10, 31), "file name", load_id),
        ("C2", "Béla", "South", None, None, *origin, 2, date(2024, 10, 31), "file name", load_id),
    ]


def test_each_entity_and_warning_is_reported(world: World) -> None:
    for month in range(1, 4):
        world.put(f"orders_2024-0{month}.csv", ORDERS.replace("amount", "amount,fax").replace("0\n", f"0,{month}\n"))
    world.extract()
    assert world.said == [
        "crm customers: no file matches customers*.csv",
        "crm orders: 3 files, 6 rows",
        'crm orders: column "fax" is not in the contract and is left out (3 files)',
    ]


def test_an_entity_that_is_not_delivered_is_an_empty_view_of_the_same_shape(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    world.extract()
    with world.raw() as connection:
        shapes = {
            name: [(row[0], row[1]) for row in connection.execute(f"describe raw_crm.{name}").fetchall()]
            for name in ("orders", "refunds")
        }
        assert connection.execute(COUNT.format("refunds")).fetchone() == (0,)
    columns = {row[0] for row in shapes["refunds"]}
    assert columns >= {"refund_id", "order_id", "amount", "_source", "_record", "_delivered_on", "_load_id"}
    assert [row for row in shapes["refunds"] if row[0].startswith("_")] == shapes["orders"][-8:]
    assert dict(shapes["orders"])["_record"] == "BIGINT"
    assert dict(shapes["orders"])["_delivered_on"] == "DATE"


def test_raw_views_of_the_real_contract_hold_without_any_landing(world: World) -> None:
    import duckdb

    contract = load_contract()
    with duckdb.connect() as connection:
        counts = create_raw_views(world.settings(), connection, contract)
        assert set(counts.values()) == {0}
        for entity in contract.values():
            assert connection.execute(f"select * from raw_{entity.system}.{entity.name}").fetchall() == []


def test_b32_the_same_file_again_is_a_no_op(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    first = world.extract()
    again = world.extract()
    assert (again.landed_files, again.unchanged_files) == (0, 1)
    assert again.files[0].rows == first.files[0].rows == 2
    assert world.rows(COUNT.format("orders")) == [(2,)]
    assert len(committed_loads(world.root / "data" / "landing", "crm")) == 1


def test_b32_a_renamed_file_is_a_no_op(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    world.extract()
    (world.export / "orders_2024-10.csv").rename(world.export / "orders_2024-11.csv")
    assert world.extract().unchanged_files == 1
    assert world.rows(COUNT.format("orders")) == [(2,)]


def test_two_copies_in_one_run_land_once(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    world.put("orders_2024-10 copy.csv", ORDERS)
    result = world.extract()
    assert (result.landed_files, result.unchanged_files) == (1, 1)


def test_b33_a_corrected_file_lands_beside_the_old_one_in_a_later_load(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    world.extract()
    world.put("orders_2024-10.csv", ORDERS.replace("20.00", "21.00"))
    assert world.extract().landed_rows == 2
    amounts = world.rows("select amount from raw_crm.orders where order_id = 'O2' order by _load_id")
    assert amounts == [("20.00",), ("21.00",)]


def test_b33_a_correction_that_is_put_back_lands_again(world: World) -> None:
    for amount in ("20.00", "21.00", "20.00"):
        world.put("orders_2024-10.csv", ORDERS.replace("20.00", amount))
        assert world.extract().landed_files == 1
    amounts = world.rows("select amount from raw_crm.orders where order_id = 'O2' order by _load_id")
    assert amounts == [("20.00",), ("21.00",), ("20.00",)]


def test_an_unchanged_snapshot_of_another_day_is_a_new_delivery(world: World) -> None:
    world.put("customers_2024-10.csv", CUSTOMERS)
    world.put("customers_2024-11.csv", CUSTOMERS)
    assert world.extract().landed_files == 2
    days = world.rows("select distinct _delivered_on from raw_crm.customers order by 1")
    assert days == [(date(2024, 10, 31),), (date(2024, 11, 30),)]
    assert world.extract().landed_files == 0


def test_a_snapshot_renamed_without_any_date_is_no_new_delivery(world: World) -> None:
    world.put("customers.csv", CUSTOMERS)
    assert world.extract().files[0].delivered_by == "load time"
    assert world.rows("select distinct _delivered_on from raw_crm.customers") == [(LOAD_DAY,)]
    (world.export / "customers.csv").rename(world.export / "customers_new.csv")
    assert world.extract().landed_files == 0


def test_an_empty_file_is_remembered_though_it_has_no_rows(world: World) -> None:
    world.entities["orders"] = EntityFiles(files="orders_*.csv", may_be_empty=True)
    world.put("orders_2024-10.csv", "order_id,customer_id,amount\n")
    assert world.extract().landed_files == 1
    assert world.extract().landed_files == 0
    assert world.rows("select entity, rows, _delivered_on from raw_crm.delivered_files") == [
        ("orders", 0, date(2024, 10, 31))
    ]


def test_lines_that_are_no_rows_land_in_a_table_of_their_own(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS + "O3\n")
    assert world.extract().files[0].unparsed == 1
    assert world.said[1] == "crm orders: 1 file, 2 rows, 1 line could not be parsed"
    query = "select entity, line_number, reason, raw_text, _record, _file from raw_crm.unparsed_lines"
    assert world.rows(query) == [
        ("orders", 4, "1 values where the header has 3", "O3", 4, "orders_2024-10.csv"),
    ]


def test_good_files_land_and_every_bad_one_is_named(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    world.put("orders_2024-11.csv", ORDERS.replace("amount", "amuont"))
    world.put("orders_2024-02-30.csv", ORDERS)
    world.put("customers_2024-10.csv", b"")
    with pytest.raises(ExtractError) as error:
        world.extract()
    assert [item.file for item in error.value.rejected] == [
        "customers_2024-10.csv",
        "orders_2024-02-30.csv",
        "orders_2024-11.csv",
    ]
    for words in (
        "crm_files customers: customers_2024-10.csv: it is empty",
        '"2024-02-30"',
        '"amuont"',
        "1 files were",
    ):
        assert words in str(error.value)
    assert error.value.result.landed_rows == 2
    assert world.rows(COUNT.format("orders")) == [(2,)]
    world.put("orders_2024-11.csv", ORDERS.replace("O", "P"))
    (world.export / "orders_2024-02-30.csv").unlink()
    world.put("customers_2024-10.csv", CUSTOMERS)
    assert world.extract().landed_files == 2


@pytest.mark.parametrize(
    ("entity", "spec", "words"),
    [
        ("ordres", EntityFiles(files="*.csv"), 'no such entity; nearest is "orders"'),
        ("orders", EntityFiles(files="*.csv", columns={"Net": "amout"}), 'neither is a column; nearest is "amount"'),
        (
            "orders",
            EntityFiles(files="*.csv", answers={"Q1": "nps"}),
            "answers can be columns of survey_responses only",
        ),
        ("orders", EntityFiles(files="../*.csv"), "must stay inside"),
    ],
)
def test_settings_that_do_not_fit_the_contract_are_named(
    entity: str, spec: EntityFiles, words: str, world: World
) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    world.entities = {entity: spec}
    with pytest.raises(ExtractError, match=words):
        world.extract()


def test_a_source_folder_that_is_not_there_is_named(world: World) -> None:
    with pytest.raises(ExtractError, match=r"the folder .*export is not there; create it or correct path"):
        world.extract()


def test_an_entity_of_another_system_is_refused(world: World) -> None:
    world.put("a.csv", CUSTOMERS)
    settings = world.settings()
    wrong = settings.sources[0].model_copy(update={"entities": {"survey_answers": EntityFiles(files="a.csv")}})
    with pytest.raises(ExtractError, match="belongs to system survey"):
        extract(settings.model_copy(update={"sources": (wrong,)}), contract=CONTRACT, clock=noon)


def test_one_response_file_lands_responses_and_answers(world: World) -> None:
    world.entities = {"survey_responses": EntityFiles(files="responses_*.csv", answers={"Score": "nps"})}
    world.put("responses_2024-10.csv", "response_id,survey_id,Score\nR1,S,9\nR2,S,\n")
    outcomes = world.extract().files
    assert [(item.entity, item.rows) for item in outcomes] == [("survey_responses", 2), ("survey_answers", 1)]
    answers = "select response_id, question, value, _file from raw_survey.survey_answers"
    assert world.rows(answers) == [("R1", "nps", "9", "responses_2024-10.csv")]
    assert [(item.entity, item.outcome) for item in world.extract().files] == [
        ("survey_responses", "unchanged"),
        ("survey_answers", "unchanged"),
    ]


def test_a_column_the_contract_gained_is_null_in_older_files(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    smaller = dict(CONTRACT)
    orders = CONTRACT["orders"]
    smaller["orders"] = type(orders)(orders.system, orders.name, "", orders.key, orders.columns[:3])
    extract(world.settings(), contract=smaller, clock=noon)
    assert world.rows("select order_id, channel from raw_crm.orders order by 1") == [("O1", None), ("O2", None)]
    world.put("orders_2024-11.csv", "order_id,customer_id,amount,channel\nO3,C1,5,web\n")
    world.extract()
    assert world.rows("select channel from raw_crm.orders order by order_id") == [(None,), (None,), ("web",)]


def test_rows_whose_landing_file_was_lost_are_landed_again(world: World) -> None:
    world.put("orders_2024-10.csv", ORDERS)
    world.extract()
    landing = world.root / "data" / "landing"
    for file in (landing / "crm" / "orders").glob("*.parquet"):
        file.unlink()
    assert receipts(landing, "crm") == []
    assert world.extract().landed_rows == 2
    assert world.rows(COUNT.format("orders")) == [(2,)]


def test_nothing_is_left_outside_landing_and_the_working_folder(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    home = world.root / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    world.put("orders_2024-10.csv", ORDERS)
    world.extract()
    assert list(home.rglob("*")) == []
    assert {path.name for path in (world.root / "data").iterdir()} == {"landing", "work"}
    assert [path.name for path in (world.root / "data" / "work").iterdir()] == ["dlt"]
