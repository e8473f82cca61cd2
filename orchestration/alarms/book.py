"""The alarm book on disk, and one look: what is new is told to every channel, once.

`alarms.json` in the data folder holds the open alarms and who was told. It can be lost: then what is open is told
again. A channel that fails is tried again later, and stops nobody else. Keep out: what an alarm is (causes.py).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.alarms.channels import Channel, ChannelError
from orchestration.alarms.rules import Alarm, Cause, forget, look, news_for, told
from orchestration.delivery.manifest import write_whole
from orchestration.delivery.send import next_attempt
from orchestration.run_lock import run_lock

# A look ends well within the minute its daemon gives it; channels not reached are told at the next.
LOOK_SECONDS = 30.0


@dataclass(frozen=True)
class Trouble:
    """A channel that does not answer: how often in a row, when it is tried again, what it said."""

    failures: int
    not_before: datetime
    said: str


@dataclass
class AlarmBook:
    """The alarms by key, and the channels in trouble by name."""

    alarms: dict[str, Alarm] = field(default_factory=dict)
    troubles: dict[str, Trouble] = field(default_factory=dict)

    @property
    def open(self) -> list[Alarm]:
        """The alarms that have not ended, oldest first."""
        return sorted(
            (alarm for alarm in self.alarms.values() if alarm.is_open), key=lambda a: (a.raised_at, a.cause.key)
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _alarm(record: Mapping[str, Any]) -> Alarm:
    return Alarm(
        Cause(record["kind"], record["name"], record["what"], _time(record["since"]), record["do"]),
        _time(record["raised_at"]),
        _moment(record["ended_at"]),
        frozenset(record["told"]),
        frozenset(record["told_end"]),
    )


def _record(alarm: Alarm) -> dict[str, Any]:
    cause = alarm.cause
    return {
        "kind": cause.kind,
        "name": cause.name,
        "what": cause.what,
        "since": cause.since.isoformat(),
        "do": cause.do,
        "raised_at": alarm.raised_at.isoformat(),
        "ended_at": alarm.ended_at.isoformat() if alarm.ended_at else None,
        "told": sorted(alarm.told),
        "told_end": sorted(alarm.told_end),
    }


def read_book(path: Path) -> AlarmBook:
    """The book at path; an empty one where there is none, or none that can be read: what is open is then told again."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        alarms = {alarm.cause.key: alarm for alarm in map(_alarm, content["alarms"])}
        troubles = {
            name: Trouble(int(found["failures"]), _time(found["not_before"]), str(found["said"]))
            for name, found in content["troubles"].items()
        }
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return AlarmBook()
    return AlarmBook(alarms, troubles)


def write_book(path: Path, book: AlarmBook) -> None:
    """Writes the book whole."""
    content = {
        "alarms": [_record(book.alarms[key]) for key in sorted(book.alarms)],
        "troubles": {
            name: {"failures": found.failures, "not_before": found.not_before.isoformat(), "said": found.said}
            for name, found in sorted(book.troubles.items())
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def tell(book: AlarmBook, channels: Iterable[Channel], now: datetime) -> None:
    """Tells each channel its news; one that does not take it is asked again after 1, 2, 4 … 60 minutes."""
    ends = time.monotonic() + LOOK_SECONDS
    for channel in channels:
        news, trouble = news_for(book.alarms, channel.name), book.troubles.get(channel.name)
        if not news or (trouble and now < trouble.not_before) or time.monotonic() > ends:
            continue
        try:
            channel.tell(news, now)
        except ChannelError as error:
            failures = (trouble.failures if trouble else 0) + 1
            book.troubles[channel.name] = Trouble(failures, next_attempt(now, failures), str(error))
        else:
            book.troubles.pop(channel.name, None)
            book.alarms = told(book.alarms, channel.name, news)


def one_look(path: Path, causes: Iterable[Cause], channels: Iterable[Channel], now: datetime) -> AlarmBook:
    """Brings the book up to date with what was found, tells what is new, and returns it."""
    ways = list(channels)
    with run_lock(path.with_suffix(".lock")):
        book = read_book(path)
        book.alarms = look(book.alarms, causes, now.astimezone(UTC))
        # On disk before anybody is told: a look that dies tells once more, and never forgets.
        write_book(path, book)
        tell(book, ways, now)
        book.alarms = forget(book.alarms, [way.name for way in ways])
        write_book(path, book)
    return book
