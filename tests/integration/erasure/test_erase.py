"""A small company before and after an erasure: every outcome and every admitted row is what it was, less the person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.contract import load_contract
from orchestration.erasure.erase import erase, landed_files, look_up
from orchestration.erasure.register import EraseError
from orchestration.quarantine.rejudge import rejudge
from orchestration.settings import Settings, load_settings
from orchestration.working_file import open_working_file
from tests.company_config import write_config

FILES = {
    "customers_2024-09.csv": (
        "customer_id,name,segment,country,merged_into,updated_at\n"
        "K1,Anna Nagy,shop,HU,,2024-09-01 10:00\n"
        "K1b,Nagy Anna,shop,HU,K1,2024-09-01 10:00\n"
        "K2,Bea Kis,shop,HU,,2024-09-01 10:00\n"
    ),
    # K1 twice under one date with other names: the newest counts, the other is set aside. K2 twice the same.
    "customers_2024-10.csv": (
        "customer_id,name,segment,country,merged_into,updated_at\n"
        "K1,Anna Nagy,shop,HU,,2024-10-01 10:00\n"
        "K1,Anna Kovacs,shop,HU,,2024-10-02 10:00\n"
        "K1b,Nagy Anna,shop,HU,K1,2024-09-01 10:00\n"
        "K2,Bea Kis,shop,HU,,2024-10-01 10:00\n"
        "K2,Bea Kis,shop,HU,,2024-10-01 10:00\n"
    ),
    "orders_2024-10.csv": (
        "order_id,customer_id,ordered_at,status,amount,currency\n"
        "1,K1,2024-10-01,completed,10.00,EUR\n"
        "2,K1b,2024-10-02,completed,20.00,EUR\n"
        "3,K2,2024-10-03,completed,30.00,EUR\n"
        "4,K1,2024-10-04,completed,bad,EUR\n"
        "5,K1,2024-10-05,completed,50.00,EUR,a field too many of K1\n"
        "6,K2,2024-10-05,completed,50.00,EUR,K11 is somebody else\n"
    ),
    "cancellation_requests_2024-10.csv": (
        "request_id,customer_id,requested_at,reason,reason_text,outcome\n"
        "c1,K1,2024-10-05,price,I am Anna and it is too dear,lost\n"
        "c2,K2,2024-10-05,price,Too dear,lost\n"
    ),
    "surveys_2024-10.csv": "survey_id,name,type\ns,How did we do?,nps\n",
    "survey_questions_2024-10.csv": (
        "survey_id,question,role,scale_min,scale_max\ns,score,score,0,10\ns,comment,comment,,\n"
    ),
    "survey_responses_2024-10.csv": (
        "response_id,survey_id,customer_id,responded_at,status\n"
        "r1,s,K1,2024-10-06,completed\n"
        "r2,s,K2,2024-10-06,completed\n"
    ),
    "survey_answers_2024-10.csv": (
        "response_id,question,value\nr1,score,9\nr1,comment,Greetings from Anna\nr2,score,3\nr2,comment,Bea says no\n"
    ),
}
WORDS = ("Anna", "Kovacs", "Nagy")
ENTITIES = sorted({name.partition("_2024")[0] for name in FILES})


def deliver(settings: Settings, files: dict[str, str]) -> None:
    folder = settings.source_path(settings.files_sources[0])
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def judged(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row's outcome and reasons, the admitted rows without personal columns, and the clearing, by model."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    contract = load_contract()
    with open_working_file(settings.work_database) as connection:
        for entity in ENTITIES:
            rows = f"select _file, _record, _outcome, _reasons from int_{entity}_judged order by all"
            found[f"{entity} judged"] = connection.execute(rows).fetchall()
            kept = [column.name for column in contract[entity].columns if not column.is_personal]
            admitted = f"select {', '.join(kept)} from int_{entity}_admitted order by _delivered_on, {kept[0]}"
            found[f"{entity} admitted"] = connection.execute(admitted).fetchall()
        found["clearing"] = connection.execute("select * from int_entity_clearing order by entity").fetchall()
        found["aside"] = connection.execute(
            "select entity, file, record, reasons from int_quarantine order by all"
        ).fetchall()
    return found


def named(rows: dict[str, list[tuple[Any, ...]]], names: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """The same with pseudonyms for ids, in an order of its own."""
    return {
        model: sorted((tuple(names.get(value, value) for value in row) for row in found), key=repr)
        for model, found in rows.items()
    }


def landed_texts(settings: Settings) -> Iterator[str]:
    for _, file in landed_files(settings, load_contract()):
        for column in pq.read_table(file, partitioning=None).columns:
            yield from (str(value) for value in column.to_pylist() if value is not None)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("erase")
    patterns: dict[str, Any] = {entity: f"{entity}_2024*.csv" for entity in ENTITIES}
    config = write_config(root, patterns | {"customers": {"files": "customers_2024*.csv", "delivery": "snapshot"}})
    made = load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(root / "data")})
    deliver(made, FILES)
    assert rejudge(made) is None
    return made


def test_a_person_goes_and_the_rest_stays(settings: Settings) -> None:
    contract, before = load_contract(), judged(settings)
    assert look_up(settings, contract, [" K1 "]) == (["K1"], ["K1b"])
    assert look_up(settings, contract, ["K1b", "K1"]) == (["K1", "K1b"], [])
    with pytest.raises(EraseError, match="no landed row has the customer id k1; case counts"):
        look_up(settings, contract, ["K1", "k1"])
    assert not (settings.data_dir / "erasures.key").exists()

    done = erase(settings, contract, ["K1", "K1b"], "Ola")
    # One load wrote a file per table: five entities and the lines that are none.
    assert (done.files, done.rows) == (6, 12)
    first, second = done.pseudonyms
    names = {"K1": first, "K1b": second}
    texts = list(landed_texts(settings))
    assert not [text for text in texts if text in names or any(word in text for word in WORDS)]
    assert not [text for text in texts if "a field too many" in text]
    assert {"Bea Kis", "Too dear", "Bea says no", "K2"} <= set(texts)
    assert [text for text in texts if "K11 is somebody else" in text]
    assert not settings.work_database.exists()

    # Run again, as after a crash, it finds nothing more to do; the id alone is enough.
    assert look_up(settings, contract, ["K1"]) == (["K1"], [])
    assert erase(settings, contract, ["K1"], "Ola").rows == 0

    # The same files are still known: nothing lands again, and every row is judged as before.
    assert rejudge(settings) is None
    assert named(judged(settings), {}) == named(before, names)
    with open_working_file(settings.work_database) as connection:
        shown = connection.execute("select name from int_customers_admitted order by customer_id").fetchall()
    assert shown == [("Bea Kis",), ("erased 3",), ("erased 2",)]

    # The source still has the person, then no longer: it stays out, and its orders stay in.
    deliver(settings, {"customers_2024-11.csv": FILES["customers_2024-10.csv"].replace("10-0", "11-0")})
    more = {"survey_responses_2024-11.csv": "r9,s,K1,2024-11-06,completed\n"}
    more = {name: FILES["survey_responses_2024-10.csv"].splitlines()[0] + "\n" + text for name, text in more.items()}
    more["survey_answers_2024-11.csv"] = "response_id,question,value\nr9,score,8\nr9,comment,Anna again\n"
    more["orders_2024-11.csv"] = (
        FILES["orders_2024-10.csv"].splitlines()[0] + "\n7,K1,2024-11-02,completed,1,EUR\n8,K1,x,y\n"
    )
    deliver(settings, more)
    assert rejudge(settings) is None
    texts = list(landed_texts(settings))
    assert not [text for text in texts if text in names or any(word in text for word in WORDS)]
    assert not [text for text in texts if text.startswith("8,")]
    with open_working_file(settings.work_database) as connection:
        orders = connection.execute(
            "select order_id from int_orders_admitted where customer_id like 'erased-%' order by 1"
        ).fetchall()
    assert orders == [("1",), ("2",), ("7",)]

    deliver(settings, {"customers_2024-12.csv": "customer_id,name\nK2,Bea Kis\n"})
    assert rejudge(settings) is None
    with open_working_file(settings.work_database) as connection:
        there = connection.execute("select customer_id from int_customers_admitted order by 1").fetchall()
        stays = connection.execute("select count(*) from int_orders_admitted").fetchall()
    assert there == [("K2",), (first,), (second,)]
    assert stays == [(4,)]
