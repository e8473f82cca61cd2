"""The truth of fct_service_quality: reviews of cases, and how many of a period's cases were reviewed in time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from orchestration.demo.events import CaseReview
from orchestration.demo.truth.cases import JudgedCase, judged_cases
from orchestration.demo.truth.histories import NONE
from orchestration.demo.truth.known import ALL, Known, Scope
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Figure, Table

COLUMNS = ("reviews", "score_sum", "score_squared_sum", "reviewed_numerator", "reviewed_denominator")
SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Review:
    """One review of a case, all its categories taken together; `score` in points."""

    case: JudgedCase
    day: date
    role: str
    score: Decimal


def score_of(rows: list[CaseReview]) -> Decimal | None:
    """The weighted mean of 0–100, 0 if a critical category is under 50; None without weight."""
    total = weights = Fraction(0)
    is_failed = False
    for row in rows:
        if row.scale_max == row.scale_min:
            continue
        points = Fraction(row.value - row.scale_min) / Fraction(row.scale_max - row.scale_min) * 100
        weight = Fraction(1 if row.weight is None else row.weight)
        is_failed = is_failed or (row.critical and points < 50)
        total += weight * points
        weights += weight
    if not weights:
        return None
    mean = Fraction(0) if is_failed else total / weights
    return (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(SIX_PLACES, ROUND_HALF_UP)


def _reviews(known: Known, cases: list[JudgedCase]) -> list[Review]:
    by_id = {judged.case.case_id: judged for judged in cases}
    rows: dict[str, list[CaseReview]] = defaultdict(list)
    for row in known.world.reviews:
        rows[row.review_id].append(row)
    found = []
    for of_review in rows.values():
        first, score = of_review[0], score_of(of_review)
        if score is not None and first.case_id in by_id:
            found.append(Review(by_id[first.case_id], first.reviewed_at.date(), first.reviewer_role or NONE, score))
    return found


def service_quality(known: Known) -> Table:
    """Reviews and reviewed cases of every period, scope and reviewer role, from the first review on."""
    table = Table(known, ("reviewer_role",), COLUMNS)
    cases = judged_cases(known)
    reviews = _reviews(known, cases)
    if not reviews:
        return table
    begun = min(review.day for review in reviews)
    roles = {ALL, *(review.role for review in reviews)}
    scores: dict[tuple[Scope, Period, str], list[Decimal]] = defaultdict(list)
    first: dict[tuple[str, str], date] = {}
    for review in reviews:
        for role in (ALL, review.role):
            key = (review.case.case.case_id, role)
            first[key] = min(first.get(key, review.day), review.day)
            for period in known.periods_with(review.day):
                for scope in known.scopes_of(review.case.history.place_in(period)):
                    scores[(scope, period, role)].append(review.score)
    for case in cases:
        for period in known.periods_with(case.opened_on):
            for role in roles if period.end >= begun else ():
                reviewed_on = first.get((case.case.case_id, role))
                is_reviewed = reviewed_on is not None and reviewed_on <= period.end
                values = {"reviewed_denominator": 1, "reviewed_numerator": int(is_reviewed)}
                for scope in known.scopes_of(case.history.place_in(period)):
                    table.add_to_scope(scope, period, values, (role,))
    for (scope, period, role), given in scores.items():
        squares = sum((score * score for score in given), Decimal(0))
        sums: dict[str, Figure] = {"reviews": len(given), "score_sum": sum(given, Decimal(0))}
        table.put(scope, period, sums | {"score_squared_sum": squares}, (role,))
    return table
