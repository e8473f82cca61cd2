"""Care taken with cases: reviews of their quality, speed against correctness, and variants of a reply.

Add here: a figure of how a case was handled that rests on reviews or on what the customer said afterwards. Keep out:
counts and times of cases (cases.py), and the page. All of it is read for the year to date: a month has too few answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.chart import DataTable
from reports.context.cases import year_to_date
from reports.context.contrast import Contrast, Share, contrast, share_of
from reports.context.history import absent
from reports.figures import Figure, Row
from reports.marts import Marts
from reports.narrative.contact_labels import REVIEWERS, VARIANTS, contact_label
from reports.run import ReportRun
from reports.text import Text

SHOWN_LINES = 5


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """The internal quality score (0-100) by who reviewed, with its interval and the number of reviews."""

    role: str
    label: str
    score: Figure
    low: Figure
    high: Figure
    reviews: Figure


@dataclass(frozen=True, slots=True)
class Reviews:
    """The score of all reviews, by reviewer, and the share of cases that were reviewed (0-1)."""

    whole: ReviewLine | None
    lines: tuple[ReviewLine, ...]
    reviewed: Figure


@dataclass(frozen=True, slots=True)
class Variant:
    """One reply variant: satisfied answers against those of all others; gap with its interval, as in the mart."""

    value: str
    label: str
    satisfied: Share
    gap: Contrast


@dataclass(frozen=True, slots=True)
class Matrix:
    """Satisfied answers by (solved at first contact, answered within the hour); unknown where nobody answered."""

    cells: tuple[tuple[Share, Share], tuple[Share, Share]]

    def cell(self, *, right: bool, quick: bool) -> Share:
        """The cell of cases solved at first contact or not, answered within the hour or not."""
        return self.cells[0 if right else 1][0 if quick else 1]

    @property
    def speed(self) -> Contrast:
        """Quick less slow, where the case was solved at first contact."""
        return contrast(self.cell(right=True, quick=True), self.cell(right=True, quick=False))

    @property
    def correctness(self) -> Contrast:
        """Solved at first contact less not, where the answer came within the hour."""
        return contrast(self.cell(right=True, quick=True), self.cell(right=False, quick=True))

    def step(self, *, right: bool, quick: bool) -> int:
        """The cell's step on the heat ramp, 1-9: the darker, the more are satisfied."""
        return 1 + round(8 * (self.cell(right=right, quick=quick).rate.amount or 0.0))

    @property
    def is_known(self) -> bool:
        """Whether any cell has a share."""
        return any(cell.rate.known for line in self.cells for cell in line)


def was_asked(marts: Marts) -> bool:
    """Whether answers to surveys were ever delivered: without them nobody knows what a customer said after a case."""
    return marts.is_delivered("survey_responses", "survey_answers")


def load_reviews(marts: Marts, run: ReportRun, text: Text) -> Reviews | None:
    """Reviews of the year to date; None where there were none."""
    if not marts.is_delivered("case_reviews"):
        return None
    rows = [row for row in year_to_date(marts, run, "rpt_service_quality") if row["iqs"] is not None]
    lines = [_review(text, row) for row in rows]
    if not lines:
        return None
    whole = next((line for line in lines if line.role == "(all)"), None)
    reviewed = next((row.figure("reviewed_rate") for row in rows if row["reviewer_role"] == "(all)"), None)
    by_role = sorted((line for line in lines if line is not whole), key=lambda line: _ranked(line.score, line.role))
    return Reviews(whole, tuple(by_role[:SHOWN_LINES]), reviewed or absent("rpt_service_quality", "reviewed_rate"))


def load_matrix(marts: Marts, run: ReportRun) -> Matrix | None:
    """Speed against correctness in the year to date; None where nobody was asked after a case."""
    rows = {(row["is_first_contact"], row["is_answered_within_hour"]): row
            for row in year_to_date(marts, run, "rpt_speed_correctness")}  # fmt: skip

    def cell(right: bool, quick: bool) -> Share:
        row = rows.get((right, quick))
        columns = ("csat", "csat_low", "csat_high", "csat_denominator")
        return share_of(row, "csat") if row else Share(*(absent("rpt_speed_correctness", c) for c in columns))

    found = Matrix(((cell(True, True), cell(True, False)), (cell(False, True), cell(False, False))))
    return found if found.is_known else None


def load_variants(marts: Marts, run: ReportRun, text: Text) -> tuple[Variant, ...]:
    """Reply variants of the year to date, the most satisfying first; none where a single one was used."""
    rows = [row for row in year_to_date(marts, run, "rpt_reply_variants") if row["csat"] is not None]
    if len(rows) < 2:
        return ()
    found = sorted((_variant(text, row) for row in rows), key=lambda one: _ranked(one.satisfied.rate, one.value))
    return tuple(found[:SHOWN_LINES])


def _ranked(figure: Figure, name: str) -> tuple[float, str]:
    return -(figure.amount or 0.0), name


def _review(text: Text, row: Row) -> ReviewLine:
    role = row.text("reviewer_role")
    return ReviewLine(
        role,
        contact_label(text, REVIEWERS, role),
        *(row.figure(column) for column in ("iqs", "iqs_low", "iqs_high", "reviews")),
    )


def _variant(text: Text, row: Row) -> Variant:
    value = row.text("reply_variant")
    gap = Contrast(*(row.figure(f"csat_difference{end}") for end in ("", "_low", "_high")))
    return Variant(value, contact_label(text, VARIANTS, value), share_of(row, "csat"), gap)


def matrix_table(matrix: Matrix) -> DataTable:
    """Speed against correctness as it is attached: a row per cell."""
    keys = [("yes" if right else "no", "yes" if quick else "no") for right in (True, False) for quick in (True, False)]
    cells = [cell for line in matrix.cells for cell in line]
    rows = tuple((*key, c.rate, c.low, c.high, c.size) for key, c in zip(keys, cells, strict=True))
    return DataTable(("first_contact", "within_the_hour", "satisfied", "low", "high", "answers"), rows)


def variants_table(variants: Sequence[Variant]) -> DataTable:
    """The reply variants as they are attached."""
    rows = tuple(
        (v.label, v.satisfied.rate, v.satisfied.size, v.gap.difference, v.gap.low, v.gap.high) for v in variants
    )
    return DataTable(("variant", "satisfied", "answers", "difference", "low", "high"), rows)


def reviews_table(reviews: Reviews) -> DataTable:
    """The internal quality score as it is attached."""
    rows = tuple((line.label, line.score, line.low, line.high, line.reviews) for line in reviews.lines)
    return DataTable(("reviewer", "score", "low", "high", "reviews"), rows)
