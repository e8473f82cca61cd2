"""Lands the demo company from its fake services and the files of all other entities, with the files' delivery dates.

Month by month: the services are brought up to the month's last day, and what is new on that day is fetched.
Keep out: what the services hold (crm.py, surveys.py) and how it is read (sources.yml).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.configuration.sources import FetchedSource
from orchestration.demo.generate import SEED, build_world, faulty_first_wave, generate, generation_stamp
from orchestration.demo.live.crm import Crm
from orchestration.demo.live.surveys import ZONE, responses, surveys
from orchestration.demo.months import MONTHS, Month
from orchestration.demo.services.dataverse import FakeDataverse
from orchestration.demo.services.entra import CLIENT, TENANT, FakeEntra
from orchestration.demo.services.questionpro import API_KEY, FakeQuestionPro
from orchestration.demo.world import World
from orchestration.landing.extract import extract
from orchestration.progress import say, stage
from orchestration.run_lock import run_lock
from orchestration.settings import Settings, load_settings
from orchestration.sources.dynamics365.connector import Dynamics365Connector, Seams
from orchestration.sources.dynamics365.session import Clock
from orchestration.sources.fetched import Connector
from orchestration.sources.questionpro.connector import QuestionProConnector

FOLDER = "live"
STAMP = "live.stamp"
SECRET = "demo-secret"  # noqa: S105 (of a service on loopback that lives as long as the demo)
ENVIRONMENT = {
    "DEMO_TENANT_ID": TENANT,
    "DEMO_CLIENT_ID": CLIENT,
    "DEMO_CLIENT_SECRET": SECRET,
    "DEMO_API_KEY": API_KEY,
}
# The connectors fetch in the evening of the month's last day.
EVENING = time(23, 59, 59)
_HERE = Path(__file__).parent


@dataclass
class Services:
    """The running services, and the day they stand at."""

    crm: Crm
    dataverse: FakeDataverse
    entra: FakeEntra
    questionpro: FakeQuestionPro
    now: datetime

    def move_to(self, month: Month) -> None:
        """Brings every service to the end of a month."""
        self.now = datetime.combine(month.last, EVENING, ZONE)
        self.crm.show(month)
        self.dataverse.as_of = month.last
        self.questionpro.now = self.now

    def connect(self, source: FetchedSource, _: Mapping[str, str], zone: ZoneInfo) -> Connector:
        """The connector of a source, with the demo's secrets and clock."""
        if isinstance(source, Dynamics365Source):
            real = Clock()
            clock = Clock(now=lambda: self.now.astimezone(UTC), seconds=real.seconds, sleep=real.sleep)
            return Dynamics365Connector(source, ENVIRONMENT, zone, Seams(clock=clock))
        assert isinstance(source, QuestionProSource)
        return QuestionProConnector(source, ENVIRONMENT, lambda: self.now)


@contextmanager
def running(world: World, folder: Path) -> Iterator[Services]:
    """The services of the company; `folder` takes the certificate of the fake sign-in."""
    folder.mkdir(parents=True, exist_ok=True)
    crm = Crm(world)
    with FakeDataverse(crm.tables, as_of=MONTHS[0].first, token_days=45) as dataverse:
        scope = f"{dataverse.url}/.default"
        account = FakeQuestionPro(surveys(), responses(world), calls_per_minute=1_000_000)
        with FakeEntra(dataverse.issue, SECRET, scope, folder) as entra, account as questionpro:
            yield Services(crm, dataverse, entra, questionpro, datetime.combine(MONTHS[0].first, EVENING, ZONE))


def deliver_live_company(settings: Settings) -> Settings:
    """Lands everything below `<data>/live`, and returns the settings that read it; quick when it is there already."""
    data = settings.data_dir / FOLDER
    stamp, path = live_stamp(settings), data / STAMP
    if path.is_file() and path.read_text(encoding="utf-8") == stamp:
        return load_settings({"HOLDFAST_CONFIG": str(data / "config"), "HOLDFAST_DATA": str(data)})
    path.unlink(missing_ok=True)
    shutil.rmtree(data / "landing", ignore_errors=True)
    with stage("live demo") as current:
        world = build_world(SEED)
        with running(world, data / "sign-in") as services:
            live = _configured(settings, data, services)
            current.rows = _land(live, world, services)
            current.note = (
                f"{len(services.dataverse.seen)} calls to Dataverse, {len(services.questionpro.requests)} to "
            )
            current.note += f"QuestionPro, {len(MONTHS)} months"
            _complain(services)
    path.write_text(stamp, encoding="utf-8")
    return live


def live_stamp(settings: Settings) -> str:
    """A hash that changes with the generator, the services, their mapping and the company's configuration."""
    digest = hashlib.sha256(generation_stamp(SEED).encode())
    files = [*_HERE.glob("*.*"), *_HERE.with_name("services").glob("*.py"), *settings.config_dir.glob("*.yml")]
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _configured(settings: Settings, data: Path, services: Services) -> Settings:
    """Writes the live company's configuration: that of the files, with the served entities taken from the services."""
    config = data / "config"
    config.mkdir(parents=True, exist_ok=True)
    for name in ("company.yml", "audiences.yml"):
        shutil.copy(settings.config_dir / name, config / name)
    text = (_HERE / "sources.yml").read_text(encoding="utf-8")
    places = {
        "dataverse": services.dataverse.url,
        "authority": services.entra.authority,
        "certificate": str(services.entra.ca_file),
        "questionpro": services.questionpro.base_url,
    }
    for name, place in places.items():
        text = text.replace(f"{{{name}}}", place)
    written = yaml.safe_load((settings.config_dir / "sources.yml").read_text(encoding="utf-8"))
    (config / "sources.yml").write_text(
        yaml.safe_dump({"sources": live_sources(written["sources"], yaml.safe_load(text)["sources"])}, sort_keys=False),
        encoding="utf-8",
    )
    return load_settings({"HOLDFAST_CONFIG": str(config), "HOLDFAST_DATA": str(data)})


def live_sources(files: list[dict[str, Any]], served: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sources of files without the entities that are served, then the services."""
    taken = {entity for source in served for entity in source["entities"]}
    kept = [
        {**source, "entities": {name: spec for name, spec in source["entities"].items() if name not in taken}}
        for source in files
    ]
    return [*(source for source in kept if source["entities"]), *served]


def _land(live: Settings, world: World, services: Services) -> int:
    """Files first (one of them faulty, then corrected), then the services month by month; returns the rows landed."""
    files = live.model_copy(update={"sources": live.files_sources})
    fetched = live.model_copy(update={"sources": live.fetched_sources})
    target = live.data_dir / "demo"
    with run_lock(live.lock_path):
        faulty_first_wave(target, world=world)
        rows = extract(files).landed_rows
        generate(target, world=world)
        rows += extract(files, say).landed_rows
        for month in MONTHS:
            services.move_to(month)
            landed = extract(
                fetched, clock=lambda zone: services.now.astimezone(zone), connect=services.connect
            ).landed_rows
            say(f"{month.name}: {landed} rows fetched")
            rows += landed
    return rows


def _complain(services: Services) -> None:
    """A connector that does what the real service would not take has failed, even if the rows came."""
    found = [*services.dataverse.complaints, *services.questionpro.problems]
    if found:
        raise RuntimeError("the services complain of the connectors: " + "; ".join(sorted(set(found))))
