"""The sensors as Dagster evaluates them: what they start, once, and what they leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.alarms.book import read_book
from orchestration.alarms.look import book_path
from orchestration.alarms.settings import AlarmSettings, Owner
from orchestration.configuration.source_files import EntityFiles, FilesSource
from orchestration.configuration.source_sql import SqlEntity, SqlSource
from orchestration.defs.automation.jobs import DELIVER, EXTRACT, MONTHLY_REPORT, jobs, schedules
from orchestration.defs.automation.runs import PARTITION_TAG, failed_runs
from orchestration.defs.automation.sensors import sensors
from orchestration.defs.delivery.approval import approval_asset
from orchestration.defs.delivery.assets import ASKED_TAG, BACKFILL_TAG, BY_SENSOR, NO_DELIVERY_TAG
from orchestration.defs.partitions import monthly_partitions
from orchestration.delivery.ledger import open_ledger
from orchestration.delivery.manifest import manifest_path, read_manifest
from orchestration.delivery_stage import release_free
from orchestration.landing.extract import extract
from orchestration.settings import Settings
from tests.delivery_world import MONTH, Clock, make_settings, ready

SENSOR = {"dagster/sensor_name": "completeness"}


def at(text: str) -> Clock:
    return Clock(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Three years of months; the go-live is December 2024."""
    return make_settings(tmp_path, first_month="2022-01", last_month=None, first_report_month=MONTH)


def look(
    settings: Settings, instance: dg.DagsterInstance, name: str, clock: Clock, cursor: str | None = None
) -> tuple[list[dg.RunRequest], str | None]:
    """What one tick of a sensor asks for, and the cursor it leaves."""
    sensor = next(sensor for sensor in sensors(settings, jobs(), clock) if sensor.name == name)
    answer: Any = sensor(dg.build_sensor_context(instance=instance, cursor=cursor))
    if isinstance(answer, dg.SensorResult):
        return list(answer.run_requests or []), answer.cursor
    answers = [answer] if isinstance(answer, dg.SkipReason) else list(answer)
    return [one for one in answers if isinstance(one, dg.RunRequest)], cursor


def ran(
    instance: dg.DagsterInstance, month: str, tags: dict[str, str] | None = None, job: str = MONTHLY_REPORT
) -> dg.DagsterRun:
    run = dg.DagsterRun(job_name=job, tags={PARTITION_TAG: month, **(tags or {})})
    instance.add_run(run)
    return run


def test_switched_on_over_36_months_of_history_one_month_is_asked_for(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    (request,), _ = look(settings, instance, "completeness", at("2025-01-10T12:00"))
    assert (request.partition_key, request.run_key, request.job_name) == (MONTH, MONTH, MONTHLY_REPORT)
    assert request.tags[ASKED_TAG] == BY_SENSOR


def test_down_over_three_month_ends_three_months_are_asked_for_each_once(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    release_free(settings, ready(settings), open_ledger(settings))
    clock = at("2025-04-10T12:00")
    asked, _ = look(settings, instance, "completeness", clock)
    assert [request.partition_key for request in asked] == ["2025-01", "2025-02", "2025-03"]
    for request in asked:
        ran(instance, str(request.partition_key), SENSOR)
    for _ in range(3):
        clock.forward(hours=5)
        assert look(settings, instance, "completeness", clock)[0] == []


@pytest.mark.parametrize("tag", [BACKFILL_TAG, NO_DELIVERY_TAG])
def test_a_run_that_was_not_to_send_is_nobodys_attempt(
    tag: str, settings: Settings, instance: dg.DagsterInstance
) -> None:
    ran(instance, MONTH, {tag: "true"})
    clock = at("2025-01-10T12:00")
    assert len(look(settings, instance, "completeness", clock)[0]) == 1
    ran(instance, MONTH)
    assert look(settings, instance, "completeness", clock)[0] == []


def test_schedule_and_sensor_do_not_ask_for_one_month_together(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    schedule = next(schedule for schedule in schedules(settings) if schedule.name == "monthly_schedule")
    moment = at("2025-01-03T05:00").now
    request: Any = schedule(dg.build_schedule_context(scheduled_execution_time=moment, repository_def=None))
    assert (request.partition_key, request.tags[ASKED_TAG]) == (MONTH, BY_SENSOR)
    assert look(settings, instance, "completeness", at("2025-01-03T05:30"))[0] == []
    ran(instance, MONTH, {"dagster/schedule_name": "monthly_schedule"})
    assert look(settings, instance, "completeness", at("2025-01-03T07:30"))[0] == []


def test_public_holidays_move_the_schedule(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, first_report_month=MONTH, holiday_countries=("PL",))
    schedule = schedules(settings)[0]
    answers: dict[int, Any] = {
        day: schedule(
            dg.build_schedule_context(
                scheduled_execution_time=datetime(2025, 1, day, 5, tzinfo=UTC), repository_def=None
            )
        )
        for day in range(2, 10)
    }
    # New Year and Three Kings (Monday the 6th) are holidays in Poland: the third business day is the 7th.
    assert [day for day, answer in answers.items() if isinstance(answer, dg.RunRequest)] == [7]


def with_source(settings: Settings, folder: Path) -> Settings:
    """One folder that customers come into, awaited by the second business day."""
    folder.mkdir(exist_ok=True)
    entities = {"customers": EntityFiles(files="customers_*.csv")}
    source = FilesSource(
        name="crm", kind="files", system="crm", path=str(folder), entities=entities, due_business_day=2
    )
    return settings.model_copy(update={"sources": (source,)})


def arrive(folder: Path, month: str) -> None:
    text = f"customer_id,customer_name,customer_since\nC1,One {month},2024-01-05\n"
    (folder / f"customers_{month}.csv").write_text(text, encoding="utf-8")


def test_what_arrives_is_landed_once_it_rests_and_the_month_that_waited_runs_again(
    settings: Settings, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    settings, clock = with_source(settings, folder), at("2025-01-10T12:00")
    arrive(folder, "2024-11")
    extract(settings)
    instance.report_run_failed(ran(instance, MONTH, SENSOR))
    asked, cursor = look(settings, instance, "arrivals", clock)
    assert asked == []  # switched on: what stands there starts nothing, and December is late
    arrive(folder, "2024-12")
    asked, cursor = look(settings, instance, "arrivals", clock, cursor)
    assert asked == []  # it may still be growing
    asked, cursor = look(settings, instance, "arrivals", clock, cursor)
    assert [request.job_name for request in asked] == [EXTRACT]
    extract(settings)
    asked, cursor = look(settings, instance, "arrivals", clock, cursor)
    assert [(request.job_name, request.partition_key) for request in asked] == [(MONTHLY_REPORT, MONTH)]
    again, _ = look(settings, instance, "arrivals", clock, cursor)
    assert [request.run_key for request in again] == [request.run_key for request in asked]  # Dagster runs a key once
    ran(instance, MONTH, SENSOR)
    assert look(settings, instance, "arrivals", clock, cursor)[0] == []


def test_a_late_service_is_asked_once_a_day(settings: Settings, instance: dg.DagsterInstance) -> None:
    shop = SqlSource(
        name="shop",
        kind="sql",
        system="crm",
        url_env="SHOP_URL",
        entities={"customers": SqlEntity(table="accounts")},
        due_business_day=2,
    )
    settings = settings.model_copy(update={"sources": (shop,)})
    keys = []
    for hour in ("04:30", "05:30", "18:00"):
        asked, _ = look(settings, instance, "arrivals", at(f"2025-01-10T{hour}"))
        keys.append([request.run_key for request in asked])
    assert keys == [[], ["shop 2025-01-10"], ["shop 2025-01-10"]]
    assert look(settings, instance, "arrivals", at("2025-01-02T12:00"))[0] == []  # nothing is due yet


def test_messages_that_wait_are_sent_but_not_beside_a_run_of_their_month(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    clock = Clock()
    release_free(settings, ready(settings), open_ledger(settings, clock=clock))
    assert look(settings, instance, "messages", clock)[0] == []
    clock.forward(hours=2)
    (request,), _ = look(settings, instance, "messages", clock)
    assert (request.job_name, request.partition_key, request.tags[ASKED_TAG]) == (DELIVER, MONTH, BY_SENSOR)
    run = ran(instance, MONTH)
    assert look(settings, instance, "messages", clock)[0] == []
    instance.report_run_failed(run)
    assert len(look(settings, instance, "messages", clock)[0]) == 1


def test_a_person_materialises_the_approval_and_the_message_goes(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    asking = tuple(audience.model_copy(update={"approval": True}) for audience in settings.audiences)
    settings, clock = settings.model_copy(update={"audiences": asking}), at("2025-01-10T12:00")
    manifest = ready(settings)
    assert {line.outcome for line in release_free(settings, manifest, open_ledger(settings)).lines} == {"held"}
    assert look(settings, instance, "messages", clock)[0] == []
    done = dg.materialize(
        [approval_asset(monthly_partitions(settings))],
        partition_key=MONTH,
        resources={"settings": settings},
        run_config={"ops": {"approval": {"config": {"who": "anna"}}}},
        selection=["approval"],
    )
    assert done.success
    (request,), _ = look(settings, instance, "messages", clock)
    assert (request.job_name, request.run_key.startswith(f"{MONTH} approval ")) == (DELIVER, True)  # type: ignore[union-attr]
    again = read_manifest(manifest_path(settings.reports_dir, MONTH))
    assert {line.outcome for line in release_free(settings, again, open_ledger(settings)).lines} == {"released"}


def test_an_alarm_goes_to_the_owner_once_and_ends(settings: Settings, instance: dg.DagsterInstance) -> None:
    owner = Owner(name="Anna Ops", address="anna.ops@fernhill.example")
    company = settings.company.model_copy(update={"alarms": AlarmSettings(owners=(owner,))})
    settings, clock = settings.model_copy(update={"company": company}), at("2025-01-06T12:00")
    instance.report_run_failed(ran(instance, MONTH, SENSOR))
    for _ in range(3):
        look(settings, instance, "alarms", clock)
    assert [alarm.cause.key for alarm in read_book(book_path(settings)).open] == [
        f"run failed {MONTHLY_REPORT} {MONTH}"
    ]
    assert "it was killed" in read_book(book_path(settings)).open[0].cause.what
    assert len(list(settings.outbox_dir.rglob("*.eml"))) == 1
    release_free(settings, ready(settings), open_ledger(settings))
    # The newest run decides: a person's run that succeeds ends the alarm.
    good = ran(instance, MONTH)
    instance.report_dagster_event(
        dg.DagsterEvent(dg.DagsterEventType.RUN_SUCCESS.value, MONTHLY_REPORT), run_id=good.run_id
    )
    look(settings, instance, "alarms", clock)
    assert read_book(book_path(settings)).alarms == {}
    assert len(list(settings.outbox_dir.rglob("*.eml"))) == 2


def test_a_failed_step_is_told_in_its_own_words(settings: Settings, instance: dg.DagsterInstance) -> None:
    @dg.op
    def reads_files() -> None:
        raise ValueError("export/customers_2024-12.csv: the header is missing; add it")

    @dg.job(name=EXTRACT, executor_def=dg.in_process_executor)
    def failing() -> None:
        reads_files()

    failing.execute_in_process(instance=instance, tags=SENSOR, raise_on_error=False)
    (found,) = failed_runs(instance)
    assert (found.job, found.month, found.error_class) == (EXTRACT, None, "ValueError")
    look(settings, instance, "alarms", at("2025-01-02T12:00"))
    (alarm,) = read_book(book_path(settings)).open
    assert alarm.cause.what == (
        "run of extract failed: ValueError: export/customers_2024-12.csv: the header is missing; add it"
    )


def test_a_failure_by_hand_is_no_alarm(settings: Settings, instance: dg.DagsterInstance) -> None:
    instance.report_run_failed(ran(instance, MONTH))
    look(settings, instance, "alarms", at("2025-01-06T12:00"))
    assert read_book(book_path(settings)).alarms == {}


def test_all_are_off_until_somebody_starts_them(settings: Settings) -> None:
    made = sensors(settings, jobs())
    assert [sensor.name for sensor in made] == ["completeness", "arrivals", "messages", "alarms"]
    assert {sensor.default_status for sensor in made} == {dg.DefaultSensorStatus.STOPPED}
