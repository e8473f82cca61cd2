"""Each bad input by its id: what counts, what is set aside and why, and that the rows beside it are as delivered.

A run ends with "bad inputs handled N of 36, silently altered N"; tests/conftest.py writes the line from what the tests
here record. What is judged across the whole company stands in the test of its id (B31 a released month, B36 pages).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from orchestration.sources.fetched import SourceFailedError
from tests.faults.bad_inputs.bad_cases import ANSWERS, CASES, HOSTILE, OTHERS, Case, feeds
from tests.faults.bad_inputs.bad_company import BadCompany
from tests.faults.bad_inputs.bad_files import long_sheet
from tests.landing_world import read

IDS = [f"B{number:02}" for number in range(1, 37)]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> BadCompany:
    made = BadCompany(tmp_path_factory.mktemp("bad"), feeds())
    assert made.build.returncode == 0, made.build.output[-4000:]
    return made


def altered_orders(company: BadCompany, case: Case) -> int:
    """How many rows count with other values than were delivered, or that should not count at all."""
    found = company.orders_of([feed.name for feed in case.feeds])
    return sum((found.admitted - Counter(case.expected)).values())


def judge_orders(company: BadCompany, case: Case) -> None:
    """Holds a case against the build: the rows that count, the reasons of the others, the files that were rejected."""
    found = company.orders_of([feed.name for feed in case.feeds])
    assert found.admitted == Counter(case.expected)
    assert {key: reason for key, reason in found.reasons.items() if key not in case.reasons} == {}
    for key, reason in case.reasons.items():
        assert reason in found.reasons.get(key, "")
    assert dict(found.outcomes) == dict(case.outcomes)
    names = {feed.name for feed in case.feeds}
    refused = {file: reason for (source, file), reason in company.rejected.items() if source in names}
    assert set(refused) == set(case.rejected)
    for file, words in case.rejected.items():
        assert words in refused[file]


def extra_column_is_reported(company: BadCompany, tmp_path: Path) -> None:
    assert any('column "fax" is not in the contract and is left out' in line for line in company.said)


def an_open_end_is_no_date(company: BadCompany, tmp_path: Path) -> None:
    found = company.rows("select contract_id, ends_on from int_contracts_admitted order by 1")
    assert found == [("K1", None), ("K2", date(2024, 6, 1))]


def answers_stay_on_their_scale(company: BadCompany, tmp_path: Path) -> None:
    rows = company.rows(
        "select response_id, question, value, _outcome, _reasons from int_survey_answers_judged order by all"
    )
    off = "value: not on the scale of the question"
    good = {("R1", "q"), ("R1", "d")}
    assert rows == sorted(
        (*answer, "admitted", None) if answer[:2] in good else (*answer, "quarantined", off) for answer in ANSWERS
    )


def a_late_row_of_a_released_month_is_listed(company: BadCompany, tmp_path: Path) -> None:
    from orchestration.delivery.release import release
    from orchestration.restatements import restatements
    from tests.delivery_world import MONTH, make_ledger, make_settings, publish_marts, ready

    settings = make_settings(tmp_path)
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    publish_marts(settings, "b1b2c3d4e5f60719", customers_start=121)
    found = restatements(settings, ledger, "board", MONTH, 2, "b1b2c3d4e5f60719")
    assert ("120", "121") in [(line.value_then, line.value_now) for line in found]


def a_file_again_is_no_load(company: BadCompany, tmp_path: Path) -> None:
    first, second = (
        [(file.file, file.outcome) for file in result.files if file.source == "b32"] for result in company.results
    )
    assert Counter(outcome for _, outcome in first) == {"landed": 1, "unchanged": 1}
    assert Counter(outcome for _, outcome in second) == {"unchanged": 3}


def a_correction_is_sent_only_when_released(company: BadCompany, tmp_path: Path) -> None:
    from orchestration.delivery.manifest import read_manifest
    from orchestration.delivery.release import next_edition, release
    from orchestration.delivery.send import deliver
    from tests.delivery_world import MONTH, make_ledger, make_settings, pass_checks, publish_marts, ready, render

    other = "ffff000011112222"
    settings = make_settings(tmp_path)
    ledger = make_ledger(settings)
    release(settings, MONTH, ready(settings), ledger)
    deliver(settings, MONTH, ledger)
    publish_marts(settings, other, customers_start=121)
    pass_checks(settings, other)
    render(settings, snapshot=other, edition=2, pdf=b"%PDF-1.7 two\n")
    manifest = read_manifest(settings.reports_dir / MONTH / "manifest.json")
    assert next_edition(settings, ledger, MONTH, "board", other) == 2
    assert {line.outcome for line in release(settings, MONTH, manifest, ledger).lines} == {"held"}
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"already delivered"}
    release(settings, MONTH, manifest, ledger, explicit=True)
    assert {line.outcome for line in deliver(settings, MONTH, ledger).lines} == {"sent"}


def an_answer_that_is_no_page_fails_the_fetch(company: BadCompany, tmp_path: Path) -> None:
    from tests.faults.bad_inputs.odd_services import DATAVERSE, QUESTIONPRO, answering, dataverse, questionpro

    for table, made, bodies in (("accounts", dataverse, DATAVERSE), ("surveys", questionpro, QUESTIONPRO)):
        for body, words in bodies.items():
            with answering(body) as url:
                connector = made(url)
                connector.open()
                with pytest.raises(SourceFailedError) as error:
                    list(connector.fetch(table, ["name"], None, lambda progress: None))
                connector.close()
            assert table in str(error.value) and words in str(error.value), f"{table}: {body}"


def a_million_rows_are_read(company: BadCompany, tmp_path: Path) -> None:
    found = read(tmp_path, long_sheet(1_000_000), "customers_2024-12.xlsx", "customers")
    assert found.file.parts[0].rows == 1_000_000
    assert (found.rows[0]["customer_id"], found.rows[-1]["customer_id"]) == ("0", "999999")
    assert found.rows[-1]["_record"] == "1000000"


def hostile_text_stays_text(company: BadCompany, tmp_path: Path) -> None:
    found = dict(company.rows("select customer_id, name from int_customers_admitted where customer_id like 'H%'"))
    assert {key: found[key] == name for key, name in HOSTILE.items()} == dict.fromkeys(HOSTILE, True)

    from tests.integration.report_numbers.conftest import run_of
    from tests.integration.report_numbers.reading import read_page
    from tests.reports_world import World, build_world

    names = tuple((HOSTILE[key], 0.2) for key in ("H1", "H2", "H3", "H4", "H6"))
    marts = build_world(tmp_path / "marts.duckdb", World(customers=400, months=14, segments=names, churn=0.06))
    page = read_page(run_of("board"), marts)
    assert "<script>alert" not in page.html and "&lt;script&gt;" in page.html
    assert "{{7*7}}" in page.html and "\u202e" not in page.html
    assert page.sheets == len(page.contexts), "a long name pushed a page onto a second sheet"


BEYOND: dict[str, Callable[[BadCompany, Path], None]] = {
    "B05": extra_column_is_reported,
    "B25": an_open_end_is_no_date,
    "B29": answers_stay_on_their_scale,
    "B31": a_late_row_of_a_released_month_is_listed,
    "B32": a_file_again_is_no_load,
    "B33": a_correction_is_sent_only_when_released,
    "B34": an_answer_that_is_no_page_fails_the_fetch,
    "B35": a_million_rows_are_read,
    "B36": hostile_text_stays_text,
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("identity", IDS)
def test_bad_input(
    identity: str, company: BadCompany, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("bad_input", identity)
    case, beyond = CASES.get(identity.lower()), BEYOND.get(identity)
    assert case or beyond
    if case:
        record_property("silently_altered", altered_orders(company, case))
        judge_orders(company, case)
    if beyond:
        beyond(company, tmp_path)


def test_nothing_but_the_bad_files_was_rejected(company: BadCompany) -> None:
    named = {(feed.name, file) for case in CASES.values() for feed in case.feeds for file in case.rejected}
    assert {item for item in company.rejected if item not in named} == set()


def test_every_landed_row_is_accounted_for(company: BadCompany) -> None:
    assert company.rows("select sum(abs(unexplained)), count(*) from int_entity_clearing") == [(0, 23)]
    delivered = {name for feed in OTHERS for name in feed.entities} | {"orders"}
    assert {row[0] for row in company.rows("select entity from int_entity_clearing where landed > 0")} == delivered
