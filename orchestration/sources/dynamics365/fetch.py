"""One fetch of one table: changes where that is possible, else everything; then what stands in other tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from orchestration.sources.dynamics365.changes import Asked, after_refusal, ask, next_state, oldest_token, select_url
from orchestration.sources.dynamics365.links import Links
from orchestration.sources.dynamics365.lookups import column_of, steps_of, tables_of
from orchestration.sources.dynamics365.rows import PageReader
from orchestration.sources.dynamics365.session import RefusedError
from orchestration.sources.fetched import Ended, Page, Progress, Report, Row, SourceFailedError

if TYPE_CHECKING:
    from orchestration.sources.dynamics365.connector import Dynamics365Connector

CHANGED = "modifiedon"
# A row may name what was created after the look-up was read. Clocks differ by less than this.
_SKEW = timedelta(minutes=15)


@dataclass(frozen=True)
class Question:
    """What is asked of a table.

    only_with: a field without which a row is left out. only_where: field → values without which it is.
    keyed_otherwise: its rows land under another key than the primary id, so that a deletion's id says nothing.
    """

    table: str
    key: str
    fields: tuple[str, ...]
    only_with: str | None = None
    only_where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keyed_otherwise: bool = False

    def takes(self, row: Row) -> bool:
        """Whether a row is one of those that are asked for."""
        has_all = self.only_with is None or row[self.only_with] is not None
        return has_all and all(row[name] in values for name, values in self.only_where.items())


class _DeletionNeedsAll(Exception):
    """A deletion names the primary id, and the rows landed under another key."""


class Fetch:
    """Runs once; its counts and notes are those of one fetch."""

    def __init__(self, connector: Dynamics365Connector, question: Question, report: Report) -> None:
        self._connector, self._question, self._report = connector, question, report
        self._clock = connector.seams.clock
        self._looked_up = [name for name in question.fields if steps_of(name)]
        tables_of(self._looked_up, connector.lookups)
        columns = [question.key, *(column_of(name) for name in question.fields), *([CHANGED] * bool(self._looked_up))]
        self._select = tuple(dict.fromkeys(columns))
        self._started = self._clock.now()
        self._notes: list[str] = []
        self._left_out = self._unknown = 0

    def run(self, state: Mapping[str, str] | None) -> Iterator[Page | Ended]:
        """See Dynamics365Connector.fetch."""
        table, base = self._question.table, self._connector.base
        oldest = oldest_token(self._started, self._connector.source.change_tracking_days)
        asked = ask(base, table, self._select, state, oldest)
        everything = select_url(base, table, self._select)
        if asked.changes_only:
            try:
                # Held back until complete: the service may refuse the token on any page, or a deletion ask for all.
                yield from self._changes(asked)
                return
            except RefusedError as error:
                asked = after_refusal(asked, error, everything, state or {})
            except _DeletionNeedsAll:
                asked = Asked(everything, False, "rows were deleted, which landed under another key: fetched in full")
        if asked.note:
            self._notes.append(asked.note)
        self._left_out = self._unknown = 0
        counted = self._count()
        for part in self._read(asked):
            yield replace(part, expected_rows=self._expected(counted)) if isinstance(part, Ended) else part

    def _count(self) -> int | None:
        return self._connector.count(self._question.table, self._question.key)

    def _expected(self, before: int | None) -> int | None:
        """The control total: what the service counts, if it counted the same before and after the pages."""
        return None if before is None or before != self._count() else before - self._left_out

    def _changes(self, asked: Asked) -> list[Page | Ended]:
        parts = list(self._read(asked))
        if self._question.keyed_otherwise and any(isinstance(part, Page) and part.deleted for part in parts):
            raise _DeletionNeedsAll
        return parts

    def _read(self, asked: Asked) -> Iterator[Page | Ended]:
        began, rows = self._clock.seconds(), 0
        links = Links(self._connector.base)
        reader = PageReader(self._question.table, self._question.key, self._select)
        waiting: list[Row] = []
        for body in self._connector.pages(asked.url, links, changes=True):
            page = self._completed(reader.read(body), waiting, asked)
            rows += len(page.rows)
            self._report(Progress(rows, links.pages, self._clock.seconds() - began))
            yield page
        if waiting:
            yield self._looked_up_again(waiting, asked)
        yield self._ended(asked, links.delta)

    def _ended(self, asked: Asked, link: str | None) -> Ended:
        if link is None and asked.changes_only:
            raise SourceFailedError(
                f"{self._question.table}: the changes end without a delta link, so nothing says that they are all; "
                "run again"
            )
        notes = list(self._notes)
        if link is None:
            notes.append("change tracking is off for this table, so every fetch is a full one; switch it on there")
        if self._left_out:
            notes.append(f"{self._left_out} rows left out by only_with and only_where")
        for name in sorted(self._connector.passed_over):
            notes.append(f"table {name} is not there; nothing was looked up in it")
        if self._unknown:
            # Known later, such a row would not come again by itself.
            notes.append(f"{self._unknown} rows name what the look-ups do not know; the next fetch is a full one")
            link = None
        mode: Literal["snapshot", "increment"] = "increment" if asked.changes_only else "snapshot"
        return Ended(mode, next_state(link, self._select, self._started), tuple(notes))

    def _completed(self, page: Page, waiting: list[Row], asked: Asked) -> Page:
        """The page with what is looked up; a row too new for the look-ups waits until the table's end."""
        if not self._looked_up:
            return self._chosen(page.rows, page.deleted, asked)
        ready: list[Row] = []
        for row in page.rows:
            missed = self._connector.joined.complete(row, self._looked_up)
            if missed and self._is_new(row):
                waiting.append(row)
            else:
                ready.append(row)
                self._unknown += self._names_unknown(missed)
        return self._chosen(ready, page.deleted, asked)

    def _is_new(self, row: Row) -> bool:
        changed = row[CHANGED]
        return changed is None or datetime.fromisoformat(changed) >= self._started - _SKEW

    def _names_unknown(self, missed: Sequence[str]) -> bool:
        """Whether a row refers to what no look-up knows; that a row's own id stands nowhere else is in order."""
        own = (self._question.key, column_of(self._question.only_with or ""))
        return any(column_of(name) not in own for name in missed)

    def _looked_up_again(self, waiting: list[Row], asked: Asked) -> Page:
        joined = self._connector.joined
        joined.forget({step for name in self._looked_up for step in steps_of(name)})
        for row in waiting:
            self._unknown += self._names_unknown(joined.complete(row, self._looked_up))
        return self._chosen(waiting, (), asked)

    def _chosen(self, rows: Sequence[Row], deleted: tuple[str, ...], asked: Asked) -> Page:
        """Leaves out rows that are not asked for; among changes, such a row is one that went away."""
        kept = tuple(row for row in rows if self._question.takes(row))
        self._left_out += len(rows) - len(kept)
        if not asked.changes_only or len(kept) == len(rows):
            return Page(kept, deleted)
        return Page(
            kept, deleted + tuple(str(row[self._question.key]) for row in rows if not self._question.takes(row))
        )
