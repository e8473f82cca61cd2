"""A company's year in seconds: a clock, files that arrive when they please, a moody mail server, careless people.

Real are the decisions (completeness, freshness, approvals, alarms), the release, the ledger and the sender. Played are
the clock, Dagster (a daemon that may be dead for weeks, runs that crash and are tried once more), extract, build and
render. After every look of the daemon the year is judged: `broken` lists every promise that was not kept.

Nothing here reads the host's clock; one seed, one year.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from unittest.mock import patch

from orchestration.alarms.causes import FailedRun, find_causes
from orchestration.alarms.look import seen_of
from orchestration.alarms.rules import Alarm, News, look, news_for, told
from orchestration.automation.approvals import approval_obstacle, approvals, approve
from orchestration.automation.calendar_rules import due_month, last_day, months_between
from orchestration.automation.completeness import (
    STALE_CLAIM,
    Ask,
    MonthRun,
    months_to_ask,
    months_to_ask_again,
    months_to_send,
)
from orchestration.automation.freshness import LateSource, late_sources
from orchestration.automation.standing import Standing, standing
from orchestration.delivery import release as release_stage
from orchestration.delivery.figures import collect_figures
from orchestration.delivery.manifest import manifest_path, read_manifest
from orchestration.delivery.message import Letter
from orchestration.delivery.release import ReleaseRefused, next_edition, snapshot_path
from orchestration.delivery.send import confirm_sent, deliver, resend
from orchestration.delivery.status import status_rows
from orchestration.delivery.tables import LedgerError
from orchestration.delivery_stage import release_free
from orchestration.settings import Settings
from tests.delivery_world import Clock, pass_checks, publish_marts, render
from tests.faults.year.moody_server import KilledError, MoodyServer
from tests.faults.year.year_world import FIRST, LAST, SOURCES, covers, kept_open, year_settings

START, END = date(2025, 1, 1), date(2026, 1, 20)
CHANNELS = ("mail owner", "slack")
# The last days nobody is away, so that what can be settled is.
CALM_DAYS = 12


@dataclass
class CompanyYear:
    """One seed's year. Run it with live(); then read `broken` and the counters."""

    seed: int
    folder: Path
    broken: list[str] = field(default_factory=list)
    tellings: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.settings = year_settings(self.folder)
        self.clock = Clock(datetime.combine(START, datetime.min.time(), self.settings.zone))
        self.ledger = kept_open(self.settings, self.clock)
        self._found: Standing | None = None
        self.server = MoodyServer(self.rng, self.judge_sending)
        self.covered: dict[tuple[str, str], date] = {}
        self.load: tuple[str, datetime] | None = None
        self.arrivals = self._plan_arrivals()
        self.landed = True
        self.version = 0
        self.is_bad = False
        self.runs: dict[str, MonthRun] = {}
        self.failed: dict[str, FailedRun] = {}
        self.keys: set[str] = set()
        self.book: dict[str, Alarm] = {}
        self.dead_until = self.clock.now
        self.allowed: set[tuple[str, str]] = set()

    def _plan_arrivals(self) -> list[tuple[datetime, str, str]]:
        """(moment, source, month): most in the first days, some late, one so late that the deadline has passed."""
        planned = []
        for month in months_between(FIRST, LAST):
            for source in SOURCES:
                late = self.rng.choices([0, 4, 15], weights=[8, 2, 1])[0]
                hours = self.rng.randrange(0, 60) + 24 * (self.rng.randrange(0, late) if late else 0)
                midnight = datetime.combine(last_day(month), datetime.min.time(), self.settings.zone)
                planned.append((midnight + timedelta(days=1, hours=hours), source, month))
        return sorted(planned)

    def live(self) -> None:
        """The whole year, a few looks a day."""
        end = datetime.combine(END, datetime.min.time(), self.settings.zone)
        while self.clock.now < end:
            before, self._found = self.clock.now, None
            self.clock.now += timedelta(hours=self.rng.choice([8, 12, 20]))
            self.the_world_goes_on()
            if self.clock.now >= self.dead_until:
                self.daemon_looks(before)
                self.judge()
        self.judge(at_the_end=True)

    @property
    def is_calm(self) -> bool:
        return self.clock.now.date() >= END - timedelta(days=CALM_DAYS)

    def the_world_goes_on(self) -> None:
        """Files arrive, the server's mood turns, the daemon dies, data goes bad and is corrected, people act."""
        while self.arrivals and self.arrivals[0][0] <= self.clock.now:
            _, source, month = self.arrivals.pop(0)
            for entity in SOURCES[source]:
                self.covered[source, entity] = last_day(month)
            self.landed, self.version = False, self.version + 1
        if self.rng.random() < 0.2 or self.is_calm:
            self.server.change_mood()
        if self.is_calm:
            self.server.mood = self.server.mood if self.server.mood in ("breaks", "busy") else "good"
            self.landed, self.is_bad = self.landed and not self.is_bad, False
        elif self.rng.random() < 0.01:
            self.dead_until = self.clock.now + timedelta(days=self.rng.choice([1, 3, 40]))
            self.counts["daemon died"] += 1
        elif self.rng.random() < 0.02:
            self.is_bad, self.landed, self.version = not self.is_bad, False, self.version + 1
        elif self.rng.random() < 0.005:
            # Dagster's home is lost: no run is remembered, no key.
            self.runs, self.failed, self.keys = {}, {}, set()
        if self.rng.random() < 0.3:
            self.a_person_acts()

    def a_person_acts(self) -> None:
        """Approves what was rendered, or settles one doubtful message by the server's own log."""
        self.approve()
        self.settle()
        self._found = None

    def approve(self) -> None:
        for month in months_between(FIRST, LAST):
            path = manifest_path(self.settings.reports_dir, month)
            if path.exists() and self.rng.random() < 0.5:
                manifest, audience = read_manifest(path), self.settings.audience("hungary")
                waits = approval_obstacle(audience, manifest, approvals(self.ledger, "retention"))
                if waits and self.ledger.last_release("retention", "hungary", month) is None:
                    approve(self.ledger, manifest, self.settings.audiences, "anna")
                    self.allowed.add((month, manifest.audiences["hungary"].pdf_sha256))

    def settle(self) -> None:
        self._found = None
        doubtful = [row for row in self.stand().rows if row.state in ("unknown", "failed") and row.recipient]
        if not doubtful or self.rng.random() < 0.3:
            return
        row = self.rng.choice(doubtful)
        assert row.delivery_id is not None
        if row.state == "unknown" and self.server.accepted[str(row.message_id)]:
            confirm_sent(self.settings, row.delivery_id, self.ledger, who="anna")
        elif row.state == "failed" or self.rng.random() < 0.7:
            self.survive(
                lambda: resend(self.settings, row.delivery_id or 0, self.ledger, who="anna", transport=self.server)
            )

    def survive(self, work) -> bool:  # type: ignore[no-untyped-def]
        """Whether the work came to its end; a killed process leaves what it had begun."""
        try:
            work()
        except KilledError:
            self.counts["killed"] += 1
            return False
        except LedgerError:
            # A person who is told that there is nothing to resend any more.
            self.counts["refused"] += 1
        return True

    def late(self, _: Settings, months: Iterable[str]) -> dict[str, tuple[LateSource, ...]]:
        calendar, sources = self.settings.calendar, self.settings.sources
        found = {month: late_sources(sources, month, self.covered, calendar) for month in months}
        return {month: late for month, late in found.items() if late}

    def stand(self) -> Standing:
        """What is on record; read again only when something may have changed it."""
        if self._found is None:
            self._found = standing(self.settings, self.ledger, self.clock.now, self.late)
        return self._found

    def daemon_looks(self, before: datetime) -> None:
        """Schedule, then each sensor, as the sensors of the code location ask them."""
        for month in self.scheduled(before):
            self.start(Ask(month, f"schedule {month}", "schedule"), self.monthly_report)
        found = self.stand()
        runs = {month: run for month, run in self.runs.items() if month in found.open_months}
        for ask in months_to_ask(found.open_months, runs, found.due_since, found.now):
            self.start(ask, self.monthly_report)
        if not self.landed:
            self.extract()
        found = self.stand()
        late = {month: [item.source for item in sources] for month, sources in found.late.items()}
        for ask in months_to_ask_again(found.waiting_for_data, self.runs, late, self.load):
            self.start(ask, self.monthly_report)
        found = self.stand()
        is_green = found.snapshot is not None
        for ask in months_to_send(found.waiting, found.approved, found.now, is_green=is_green):
            self.start(ask, self.deliver_only)
        self.tell_alarms()

    def scheduled(self, before: datetime) -> list[str]:
        """The month whose day's tick lies between two looks; a tick while the daemon was dead is lost."""
        calendar, now = self.settings.calendar, self.clock.now
        day = before.date()
        found = []
        while day <= now.date():
            month = due_month(day, calendar.close_lag, calendar.countries)
            if month and FIRST <= month <= LAST and before < calendar.due_at(month) <= now:
                found.append(month)
            day += timedelta(days=1)
        return found

    def start(self, ask: Ask, job) -> None:  # type: ignore[no-untyped-def]
        """A run per key; one that crashed is tried once more."""
        if ask.key in self.keys:
            return
        self.keys.add(ask.key)
        self._found = None
        self.counts[f"runs of {job.__name__}"] += 1
        self.survive(lambda: job(ask.month)) or self.survive(lambda: job(ask.month))
        self._found = None

    def extract(self) -> None:
        self.landed = True
        self.load = (str(self.clock.now.timestamp()), self.clock.now)

    def monthly_report(self, month: str) -> None:
        """Extract, build, render, release, deliver: a failure ends the run where it happens."""
        self.runs[month] = MonthRun(month, self.clock.now)
        if not self.landed:
            self.extract()
        # Named by content, as published snapshots are: three different states of the data.
        snapshot = f"snapshot{self.version % 3}"
        if not snapshot_path(self.settings, snapshot).exists():
            publish_marts(self.settings, snapshot, customers_start=120 + self.version % 3)
        if self.is_bad:
            pass_checks(self.settings, None, "fail", 1)
            self.fail(month, "BuildFailed", "the build stopped before publishing")
            return
        pass_checks(self.settings, snapshot)
        newest = max(self.covered.values(), default=date.min)
        if newest < last_day(month):
            self.fail(month, "ReportsRefused", f"{month} is not closed in the data")
            return
        self.failed.pop(month, None)
        self.render(month, snapshot)
        self.deliver_only(month)

    def render(self, month: str, snapshot: str) -> None:
        for audience in self.settings.audiences:
            alone = self.settings.model_copy(update={"audiences": (audience,)})
            edition = next_edition(self.settings, self.ledger, month, audience.name, snapshot)
            render(alone, month=month, snapshot=snapshot, edition=edition, pdf=f"%PDF {snapshot} ".encode())

    def deliver_only(self, month: str) -> None:
        manifest = read_manifest(manifest_path(self.settings.reports_dir, month))
        try:
            late = self.late(self.settings, [month]).get(month, ())
            release_free(self.settings, manifest, self.ledger, late=late, reach=self.reach)
        except ReleaseRefused:
            self.counts["release refused"] += 1
            return
        deliver(self.settings, month, self.ledger, transport=self.server, reach=self.reach)

    def reach(self, point: str) -> None:
        """The process may be killed at any of its fail points."""
        if not self.is_calm and self.rng.random() < 0.01:
            raise KilledError(point)

    def fail(self, month: str, error: str, message: str) -> None:
        self.counts[error] += 1
        self.failed[month] = FailedRun("monthly_report", month, "run-of-" + month, self.clock.now, error, message)

    def tell_alarms(self) -> None:
        found = self.stand()
        self.book = look(
            self.book, find_causes(seen_of(self.settings, found, list(self.failed.values()), ())), found.now
        )
        for channel in CHANNELS:
            news = news_for(self.book, channel)
            if news and self.rng.random() < 0.8:
                self.note(channel, news)
                self.book = told(self.book, channel, news)

    def note(self, channel: str, news: News) -> None:
        for alarm in news.raised:
            self.tellings[channel, alarm.cause.key, f"raised {alarm.raised_at}"] += 1
        for alarm in news.ended:
            self.tellings[channel, alarm.cause.key, f"ended {alarm.ended_at}"] += 1

    def judge_sending(self, letter: Letter) -> None:
        """At the moment the server takes a message: may it have left at all?"""
        rows = status_rows(self.ledger, "retention")
        row = next(row for row in rows if row.message_id == letter.message_id)
        what = f"{row.month} {row.audience} {row.recipient} at {self.clock.now}"
        if self.server.accepted[letter.message_id]:
            self.broken.append(f"sent twice: {what}")
        release = self.ledger.last_release("retention", row.audience, row.month)
        needs_a_word = row.audience == "hungary" and row.edition == 1
        if needs_a_word and release is not None and (row.month, release.pdf_sha256) not in self.allowed:
            self.broken.append(f"sent without approval: {what}")
        if self.late(self.settings, [row.month]):
            self.broken.append(f"sent without a source: {what}")

    def judge(self, *, at_the_end: bool = False) -> None:
        """Every month past its deadline: each recipient has its message, or an alarm is open that says why not."""
        found = self.stand()
        sent = {(row.month, row.audience, (row.recipient or "").lower()) for row in found.rows if row.state == "sent"}
        fresh = self.clock.now - STALE_CLAIM
        at_work = {
            (row.month, row.audience, (row.recipient or "").lower())
            for row in found.rows
            if row.state == "claimed" and row.since > fresh
        }
        for month in months_between(FIRST, LAST):
            if self.clock.now < self.settings.calendar.deadline_at(month):
                continue
            for audience in self.settings.audiences:
                for recipient in audience.recipients:
                    if (month, audience.name, recipient.address.lower()) not in {*sent, *at_work}:
                        self.explain(month, audience.name, recipient.address, at_the_end)
        truly = {row.message_id for row in found.rows if row.state == "sent"}
        self.broken += [
            f"called sent, but never taken: {name}" for name in truly if not self.server.accepted[str(name)]
        ]

    def explain(self, month: str, audience: str, recipient: str, at_the_end: bool) -> None:
        open_ = [alarm.cause for alarm in self.book.values() if alarm.is_open]
        if not any(covers(cause.key, cause.what, month, audience, recipient) for cause in open_):
            self.broken.append(f"silent: {month} {audience} {recipient} at {self.clock.now}")
        elif at_the_end:
            self.counts["open alarms at the end"] += 1


def lived(seed: int, folder: Path) -> CompanyYear:
    """A year that has been lived."""
    year = CompanyYear(seed, folder)
    # A snapshot never changes, so its figures are read once and not at every run: half of a year's time.
    with patch.object(release_stage, "collect_figures", cache(collect_figures)):
        year.live()
    return year
