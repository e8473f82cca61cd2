"""Which survey responses an erased person gave, and which of their answers are words.

Keep out: rewriting (rows.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from orchestration.erasure.rows import BLANKS, CUSTOMER
from orchestration.sources.files.answers import RESPONSE_KEY, RESPONSES

QUESTIONS = "survey_questions"
# Roles whose answers are numbers or codes that figures read.
CODED_ROLES = frozenset(("score", "driver", "reason"))


@dataclass
class Surveys:
    """Collects the roles of questions and the surveys of a person's responses from tables as they come."""

    is_theirs: Callable[[str], bool]
    _roles: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _surveys: dict[str, set[str]] = field(default_factory=dict)

    def add(self, name: str, table: pa.Table) -> None:
        """Takes in a table of responses or questions; any other is passed over."""
        if name == QUESTIONS:
            for survey, question, role in _texts(table, "survey_id", "question", "role"):
                self._roles.setdefault((survey, question), set()).add(role)
        elif name == RESPONSES:
            for response, survey, customer in _texts(table, RESPONSE_KEY, "survey_id", CUSTOMER):
                if customer and self.is_theirs(customer):
                    self._surveys.setdefault(response, set()).add(survey)

    def responses(self) -> dict[str, set[str]]:
        """Response → its questions with coded answers. An answer to any other question may be words."""
        return {response: set(self._coded(surveys)) for response, surveys in self._surveys.items()}

    def _coded(self, surveys: Iterable[str]) -> Iterator[str]:
        coded = {key for key, roles in self._roles.items() if roles <= CODED_ROLES}
        yield from (question for survey, question in coded if survey in surveys)


def _texts(table: pa.Table, *names: str) -> Iterator[tuple[str, ...]]:
    blank = [None] * table.num_rows
    columns = [table.column(name).to_pylist() if name in table.column_names else blank for name in names]
    for row in zip(*columns, strict=True):
        yield tuple((value or "").strip(BLANKS) for value in row)
