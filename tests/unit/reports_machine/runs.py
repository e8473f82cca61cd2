"""Runs and small marts for tests of reading and of the pages' contexts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reports.run import ReportRun
from tests.reports_world import WORLD_PAGES, World

RUN = ReportRun(
    company_name="Fernhill Supply",
    report="retention",
    audience="board",
    title="All customers",
    language="en",
    filter={},
    pages=WORLD_PAGES,
    accent=None,
    month="2024-12",
    edition=1,
    as_of=date(2025, 1, 2),
    snapshot_hash="0f" * 16,
    version="0.1.0",
    base_currency="EUR",
    time_zone="Europe/Budapest",
    activity_rule="either",
    order_window_days=90,
    min_group_size=5,
)
HUNGARY = replace(RUN, audience="hungary", title="Magyarország", language="hu", filter={"country": ("HU",)})
POLAND = replace(RUN, audience="poland", title="Polska", language="pl", filter={"country": ("PL",)})

_LONG = "Ügyfélkapcsolat-menedzsment és kiskereskedelmi partnerszolgáltatások – "
# Companies at the edges of what a page can be given.
WORLDS: dict[str, World] = {
    "usual": World(customers=500),
    "no_orders": World(customers=200, months=26, orders=False),
    "no_contracts": World(customers=300, months=26, contracts=False, surveys=False, churn=0.05),
    "first_month": World(customers=120, months=1),
    "one_customer": World(customers=1, months=14),
    "a_dozen": World(customers=12, months=14),
    "no_losses": World(customers=100, months=15, churn=0.0),
    "long_names": World(
        customers=400,
        months=15,
        plan_names=((_LONG * 5)[:300], "X" * 300, "Pro"),
        segments=tuple((f"Segment {at} {_LONG}", 1.0) for at in range(40)),
    ),
}
