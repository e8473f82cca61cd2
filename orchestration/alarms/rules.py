"""Alarms: what needs a hand, told once when it begins and once when it ends. Pure; channels.py tells.

A cause is found anew at every look (causes.py) and has a key. The book remembers which keys are open and who has
been told; so a look, however often it is repeated, says only what is new. A book that was lost tells once more.

Add here: a rule of when to speak. Keep out: files, mail and webhooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Cause:
    """Something that needs a hand: its kind, what it is, since when (aware), and what to do.

    One kind and key, one alarm. docs/operations.md says what each kind means.
    """

    kind: str
    name: str
    what: str
    since: datetime
    do: str

    @property
    def key(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Alarm:
    """A cause on record. told, told_end: the channels that were told of its beginning and of its end."""

    cause: Cause
    raised_at: datetime
    ended_at: datetime | None = None
    told: frozenset[str] = frozenset()
    told_end: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


Book = Mapping[str, Alarm]


@dataclass(frozen=True)
class News:
    """What a channel has not been told: alarms that began, and alarms it knew of that ended."""

    raised: tuple[Alarm, ...]
    ended: tuple[Alarm, ...]

    def __bool__(self) -> bool:
        return bool(self.raised or self.ended)


def look(book: Book, causes: Iterable[Cause], now: datetime) -> dict[str, Alarm]:
    """The book after a look: new causes raised, gone ones ended, the words of those still there brought up to date.

    A cause that comes back before its end was told to anybody goes on as if it had never gone.
    """
    found = {cause.key: cause for cause in causes}
    after = dict(book)
    for key, cause in found.items():
        known = book.get(key)
        if known is None or (known.ended_at is not None and known.told_end):
            after[key] = Alarm(cause, now)
        else:
            after[key] = replace(known, cause=replace(cause, since=known.cause.since), ended_at=None)
    for key, known in book.items():
        if key not in found and known.is_open:
            after[key] = replace(known, ended_at=now)
    return after


def news_for(book: Book, channel: str) -> News:
    """What this channel has to be told. The end of an alarm it never heard of is not told."""
    ordered = sorted(book.values(), key=lambda alarm: (alarm.raised_at, alarm.cause.key))
    return News(
        raised=tuple(alarm for alarm in ordered if alarm.is_open and channel not in alarm.told),
        ended=tuple(
            alarm for alarm in ordered if not alarm.is_open and channel in alarm.told and channel not in alarm.told_end
        ),
    )


def told(book: Book, channel: str, news: News) -> dict[str, Alarm]:
    """The book after the channel took the news."""
    after = dict(book)
    for alarm in news.raised:
        after[alarm.cause.key] = replace(book[alarm.cause.key], told=alarm.told | {channel})
    for alarm in news.ended:
        after[alarm.cause.key] = replace(book[alarm.cause.key], told_end=alarm.told_end | {channel})
    return after


def forget(book: Book, channels: Iterable[str]) -> dict[str, Alarm]:
    """The book without the ended alarms whose end every channel that knew of them has been told."""
    present = frozenset(channels)
    return {key: alarm for key, alarm in book.items() if alarm.is_open or (alarm.told & present) - alarm.told_end}


def subject(company: str, news: News) -> str:
    """One line for a mail's subject or a card's title: the first alarm's words, and how many more."""
    if not news.raised:
        return f"[{company}] ended: {_count(len(news.ended), 'alarm')}"
    more = f" and {len(news.raised) - 1} more" if len(news.raised) > 1 else ""
    return f"[{company}] ALARM: {_first_line(news.raised[0].cause.what)}{more}"


def _first_line(text: str) -> str:
    line = " ".join(text.split("\n", 1)[0].split())
    return line if len(line) <= 120 else f"{line[:119]}…"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def text(news: News) -> str:
    """What happened, since when, what to do; then what ended. Plain text, times in UTC."""
    lines: list[str] = []
    for alarm in news.raised:
        lines += [
            f"ALARM  {alarm.cause.what}",
            f"kind   {alarm.cause.kind}",
            f"since  {_at(alarm.cause.since)}",
            f"to do  {alarm.cause.do}",
            "",
        ]
    for alarm in news.ended:
        lines += [f"ENDED  {alarm.cause.what}", f"since  {_at(alarm.cause.since)}, until {_at(alarm.ended_at)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "-"
