"""A company whose customers leave for known reasons, with a save desk, offers and all: rows for the tests of page 5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tests.mart_tables import MartRow, received, scoped

Models = Mapping[str, Sequence[MartRow]]
READ = (
    "rpt_churn_reasons", "rpt_verdicts", "rpt_losses", "rpt_competitors", "rpt_early_life", "rpt_save_desk",
    "rpt_offers", "rpt_value", "rpt_revenue",
)  # fmt: skip
REASONS = (("price", 8), ("unknown", 6), ("payment", 4), ("service", 2))


def of_year(values: MartRow, **scope: str) -> MartRow:
    """A row of the year to date that ends with the report month."""
    return {**scoped(), **scope, "period_type": "ytd", "period_start": date(2024, 1, 1), **values}


def of_month(values: MartRow, month: str = "2024-12") -> MartRow:
    """A row of one month for the whole audience."""
    return {**scoped(month), **values}


def reason_values(reasons: Sequence[tuple[str, int]] = REASONS) -> list[MartRow]:
    """What the marts hold of each reason, in the order of the running share."""
    every, so_far = sum(count for _, count in reasons), 0
    rows: list[MartRow] = []
    for name, count in reasons:
        so_far += count
        rows.append({
            "reason_category": name, "is_involuntary": name == "payment", "lost_customers": count,
            "all_lost_customers": every, "lost_mrr": 50 * count, "share": count / every,
            "running_share": so_far / every,
        })  # fmt: skip
    return rows


def reason_rows(reasons: Sequence[tuple[str, int]] = REASONS, months: Sequence[str] = ("2024-12",)) -> list[MartRow]:
    """The same reasons in every month, in the year, and in two terms and two channels of the year."""
    values = reason_values(reasons)
    scopes = [("term", "1"), ("term", "12"), ("acquisition_channel", "web"), ("acquisition_channel", "fair")]
    rows: list[MartRow] = [of_month(row, month) for month in months for row in values]
    rows += [of_year(row) for row in values]
    return rows + [of_year(row, scope_type=kind, scope_value=value) for kind, value in scopes for row in values]


def desk_row(saved: int, decided: int, **names: str) -> MartRow:
    """A line of the save desk: all requests, a handler, or an offer."""
    line = {"handled_by": "(all)", "campaign": "(all)", "offer_kind": "(all)", **names}
    return {
        **line, "requests": decided, "saved": saved, "lost": decided - saved, "pending": 2,
        "save_rate": saved / decided, "save_rate_denominator": decided, "save_rate_low": 0.1, "save_rate_high": 0.6,
        "still_active_rate": 0.9,
    }  # fmt: skip


def offer_row(campaign: str, cost: float, held_out: float | None = None, margin: float | None = 100.0) -> MartRow:
    """A campaign of the year: 40 offers, half of them accepted."""
    return of_year({
        "campaign": campaign, "offer_kind": "discount", "offered": 40, "acceptance_rate": 0.5, "accepted_cost": cost,
        "offered_staying_rate": 0.9, "held_out_staying_rate": held_out, "margin_per_customer_year": margin,
        "break_even_uplift": cost / (40 * margin) if margin else None,
    })  # fmt: skip


def everything() -> Models:
    """All of it."""
    months = [f"2024-{month:02}" for month in range(1, 13)]
    return {
        "rpt_data_received": received("contracts", "cancellation_requests", "retention_offers", "cases"),
        "rpt_churn_reasons": reason_rows(months=months),
        "rpt_save_desk": [
            *(of_month(desk_row(2, 5), month) for month in months),
            of_year(desk_row(24, 60)),
            of_year(desk_row(20, 35, handled_by="Anna Kis")),
            of_year(desk_row(4, 25, handled_by="(none)")),
            of_year(desk_row(9, 30, campaign="(none)", offer_kind="(none)")),
            of_year(desk_row(15, 30, campaign="desk", offer_kind="free_month")),
        ],
        "rpt_offers": [offer_row("spring", 250.0, 0.8), offer_row("autumn", 750.0)],
        "rpt_early_life": [
            of_year({"onboarding": kind, "joined_customers": 40, "lost_customers": 4, "early_churn_rate": 0.1,
                     "early_churn_rate_denominator": 40, "early_churn_rate_low": 0.04, "early_churn_rate_high": 0.23})
            for kind in ("with", "all", "without")
        ],
        "rpt_competitors": [
            of_year({"competitor": f"Rival {at}", "lost_customers": 9 - at, "share": (9 - at) / 42}) for at in range(7)
        ],
        "rpt_losses": [of_year({"lost_customers": 20, "silent_customers": 9, "silent_rate": 0.45,
                                "silent_rate_low": 0.26, "silent_rate_high": 0.66})],
        "rpt_value": [of_month({"incentive_per_new_customer": 12.5, "incentive_per_existing_customer": 0.4})],
    }  # fmt: skip
