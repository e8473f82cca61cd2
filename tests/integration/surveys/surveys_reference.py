"""What fct_surveys must hold, worked out answer by answer.

Add here: the plain reading of a survey definition. Keep out: anything read from the models under test.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.integration.retention.retention_reference import Reference, month_end
from tests.integration.revenue.marts_world import Figures, Rows, sum_rows

SATISFIED = {(0, 10): 7, (1, 10): 7, (1, 7): 5, (1, 5): 4}
FIGURES = (
    *(
        "responses",
        "completed_responses",
        "promoters",
        "passives",
        "detractors",
        "satisfied",
        "csat_denominator",
        "score_sum",
    ),
    *("coverage_numerator", "coverage_denominator"),
)
NOBODY = {"country": "(none)", "segment": "(none)", "plan": "(none)"}


class Answers:
    """The valid responses of a world with their scores, known customers mapped to their survivors."""

    def __init__(self, reference: Reference) -> None:
        rows = reference.world.rows
        self.reference = reference
        self.types = {row["survey_id"]: row["type"] for row in rows["surveys"]}
        self.questions = {row["survey_id"]: row for row in rows["survey_questions"] if row["role"] == "score"}
        values = {row["response_id"]: row["value"] for row in rows["survey_answers"] if row["question"] == "score"}
        self.valid = [
            row | {"customer": reference.survivor.get(row["customer_id"]), "value": values.get(row["response_id"])}
            for row in rows["survey_responses"]
            if row["status"] == "completed" and not row["is_test"] and not row["is_duplicate"]
        ]

    def of_month(self, start: date) -> list[dict[str, Any]]:
        """Valid responses of the month that starts on this day."""
        return [row for row in self.valid if start <= row["responded_on"] <= month_end(start)]

    def counted(self, start: date) -> list[dict[str, Any]]:
        """Scored responses, a customer's latest per survey and case, anonymous ones all."""
        scored = [row for row in self.of_month(start) if row["value"] is not None]
        latest = {}
        for row in sorted(scored, key=lambda row: (row["responded_at"], row["response_id"])):
            latest[row["customer"], row["survey_id"], row["case_id"]] = row
        return [row for row in scored if row["customer"] is None] + [
            row for row in latest.values() if row["customer"] is not None
        ]

    def figures(self, row: dict[str, Any]) -> Figures:
        """What one scored response adds."""
        question = self.questions[row["survey_id"]]
        low, high = question["scale_min"], question["scale_max"]
        score = int(row["value"]) if question["higher_is_better"] else low + high - int(row["value"])
        found = {"responses": 1, "score_sum": score}
        if (low, high) in SATISFIED:
            found |= {"csat_denominator": 1, "satisfied": int(score >= SATISFIED[low, high])}
        if self.types[row["survey_id"]] == "nps":
            found["promoters" if score >= 9 else "detractors" if score <= 6 else "passives"] = 1
        return found

    def attributes(self, customer: str | None, start: date) -> dict[str, str]:
        """Where a response belongs."""
        return self.reference.attributes(customer, start) if customer else NOBODY


def surveys(reference: Reference) -> Rows:
    """Every figure of fct_surveys by scope, month and survey type."""
    answers, rows = Answers(reference), {}
    for start in reference.months:
        counted = answers.counted(start)
        for row in answers.of_month(start):
            for scope in reference.scopes(answers.attributes(row["customer"], start)):
                sum_rows(rows, (*scope, start, answers.types[row["survey_id"]]), {"completed_responses": 1})
        for row in counted:
            for scope in reference.scopes(answers.attributes(row["customer"], start)):
                sum_rows(rows, (*scope, start, answers.types[row["survey_id"]]), answers.figures(row))
        _cover(rows, answers, start, {(row["customer"], answers.types[row["survey_id"]]) for row in counted})
    return rows


def _cover(rows: Rows, answers: Answers, start: date, answered: set[tuple[str | None, str]]) -> None:
    for customer in answers.reference.customers:
        if month_end(start) in answers.reference.active_days[customer]:
            for kind in set(answers.types.values()):
                figures = {"coverage_denominator": 1, "coverage_numerator": int((customer, kind) in answered)}
                for scope in answers.reference.scopes(answers.attributes(customer, start)):
                    sum_rows(rows, (*scope, start, kind), figures)


def delivered(reference: Reference) -> dict[tuple[Any, ...], int]:
    """Invitations by scope, month and type: of `effort` in its customers' scopes, of `relationship` for the company."""
    rows: Rows = {}
    for row in reference.world.rows["survey_invitations"]:
        if row["survey_id"] == "relationship":
            for audience in ("(all)", "all of it"):
                kind = "company" if audience == "(all)" else "audience"
                sum_rows(rows, (audience, kind, audience, row["month"], "nps"), {"delivered": row["delivered"]})
        else:
            customer = reference.survivor[row["customer_id"]]
            for scope in reference.scopes(reference.attributes(customer, row["month"])):
                sum_rows(rows, (*scope, row["month"], "ces"), {"delivered": row["delivered"]})
    return {key: row["delivered"] for key, row in rows.items() if row["delivered"]}
