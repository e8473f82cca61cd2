"""Downloads responses once, for the two tables made of them: what is kept goes to a temporary file, line by line.

A survey whose pages moved while they were walked is walked again from its first page. A spent quota ends the download:
surveys read to their end move on, the others keep the moment from which they are read next time.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any, TextIO

from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.sources.fetched import Progress, Report, SourceFailedError, SpentQuotaError
from orchestration.sources.questionpro.client import Call, Client
from orchestration.sources.questionpro.paging import MovedError, read_slice, slices
from orchestration.sources.questionpro.responses import reduced

WALKS = 3
CX = "cx"
CX_PATH = "/cx/responses"
# UTC needs no summer time, and a zone that the service does not understand is UTC to it as well.
TIME_ZONE = "GMT+00:00"


@dataclass(frozen=True)
class Samples:
    """A record per survey, and the number of responses in all of them."""

    records: list[dict[str, Any]]
    total: int | None


class Reading:
    """The responses of one download. `state` is for the next one; `stopped` says why it ended early, '' if it did not.

    `keyed` of `rows` responses carry the customer's key.
    """

    def __init__(
        self, access: QuestionProSource, client: Client, state: Mapping[str, str] | None, now: datetime
    ) -> None:
        self._access, self._client, self._now = access, client, now.astimezone(UTC)
        self._folder = tempfile.TemporaryDirectory(prefix="questionpro-")
        self._path = Path(self._folder.name) / "responses.jsonl"
        self.state: dict[str, str] = dict(state or {})
        self.stopped = ""
        self.rows = self.keyed = self.pages = 0
        self.expected: int | None = 0
        self._started = time.monotonic()

    @property
    def _parts(self) -> list[str]:
        """What is walked by itself: each survey, or all of a workspace's at once."""
        return [CX] if self._access.api == "cx" else list(self._access.surveys)

    def close(self) -> None:
        """Removes the temporary file."""
        self._folder.cleanup()

    def records(self) -> Iterator[dict[str, Any]]:
        """Every record, in the order of download; may be read by two threads at once."""
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def download(self, report: Report) -> None:
        """Reads every survey from its own moment on to now.

        Raises:
            SpentQuotaError: no calls are left, and nothing was read.
            SourceFailedError: see client.py, paging.py and responses.py.
        """
        until = self._now.strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._path.open("w", encoding="utf-8", newline="\n") as file:
            for part in self._parts:
                try:
                    self._read_whole(part, file, report)
                except SpentQuotaError as error:
                    if not self.rows:
                        raise
                    self.stopped, self.expected = str(error), None
                    return
                self.state[part] = until

    def _read_whole(self, part: str, file: TextIO, report: Report) -> None:
        place, rows, keyed, expected = file.tell(), self.rows, self.keyed, self.expected
        for _ in range(WALKS):
            try:
                self._walk(part, file, report)
                return
            except MovedError as error:
                moved = error
            file.seek(place)
            file.truncate()
            self.rows, self.keyed, self.expected = rows, keyed, expected
        raise SourceFailedError(f"{moved}, in {WALKS} walks over all pages; run extract again when the survey is quiet")

    def _walk(self, part: str, file: TextIO, report: Report) -> None:
        seen: set[str] = set()
        told: int | None = None
        before = self.expected
        for piece in slices(self._client, self._call(part)):
            told = piece.total
            self.expected = None if before is None or told is None else before + told
            for index, response in enumerate(piece.rows):
                where = f"{piece.where}: $.response[{index}]"
                self._keep(part, response, where, seen, file)
            self.pages += 1
            report(Progress(self.rows, self.pages, time.monotonic() - self._started, self.expected))

    def _keep(self, part: str, response: Mapping[str, Any], where: str, seen: set[str], file: TextIO) -> None:
        survey_id = str(response.get("surveyID") or part)
        if part == CX and survey_id not in self._access.surveys:
            self.expected = None if self.expected is None else self.expected - 1
            return
        if part not in (CX, survey_id):
            raise SourceFailedError(f"{where}.surveyID is {survey_id}, asked was {part}; report it with this line")
        record = reduced(response, survey_id, self._access, where)
        response_id = record["fields"]["responseID"]
        if response_id in seen:
            raise MovedError(f"{where}: response {response_id} came twice")
        seen.add(response_id)
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self.rows += 1
        self.keyed += record["fields"]["customerKey"] is not None

    def _call(self, part: str) -> Call:
        since = self._since(part)
        size = self._access.page_size
        if part == CX:
            # Days only, in a zone that nobody names: one more on either side is read, and read again next time.
            body = {
                "transactionStartDate": f"{since - timedelta(days=1):%m/%d/%Y}",
                "transactionEndDate": f"{self._now + timedelta(days=1):%m/%d/%Y}",
            }
            return Call("POST", CX_PATH, 1, size, body)
        body = {
            "startDate": f"{since:%Y-%m-%dT%H:%M:%S}",
            "endDate": f"{self._now:%Y-%m-%dT%H:%M:%S}",
            "timeZone": TIME_ZONE,
        }
        return Call("POST", f"/surveys/{part}/responses/filter", 1, size, body)

    def _since(self, part: str) -> datetime:
        """From when a survey is read: its moment less the overlap, or the first day of all."""
        first = datetime.combine(self._access.responses_since, day_time(), UTC)
        told = self.state.get(part)
        if told is None:
            return first
        return max(first, datetime.fromisoformat(told) - timedelta(days=self._access.overlap_days))

    def samples(self) -> Samples:
        """One response of each survey, and how many there are in all (None if the service does not say)."""
        records, totals = [], []
        for part in self._parts:
            call = self._call(part)
            piece = read_slice(self._client.get(call), call)
            totals.append(piece.total)
            for response in piece.rows[:1]:
                survey_id = str(response.get("surveyID") or part)
                if survey_id in self._access.surveys:
                    records.append(reduced(response, survey_id, self._access, f"{piece.where}: $.response[0]"))
        return Samples(records, None if None in totals else sum(total or 0 for total in totals))
