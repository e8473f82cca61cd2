"""The truth of fct_outreach: touches of prospecting campaigns, and which brought a reply or a customer."""

from __future__ import annotations

from orchestration.demo.truth.histories import NONE
from orchestration.demo.truth.known import ALL, Known
from orchestration.demo.truth.tables import Table

COLUMNS = ("touches", "replied_numerator", "converted_numerator")


def outreach(known: Known) -> Table:
    """Every period, scope, campaign and channel. Who is nobody's customer counts for the whole company alone."""
    table = Table(known, ("campaign", "channel"), COLUMNS)
    for touch in known.world.touches:
        person = known.person(touch.customer_id)
        values = {
            "touches": 1,
            "replied_numerator": int(touch.replied_at is not None),
            "converted_numerator": int(touch.converted_at is not None),
        }
        further = (touch.campaign or NONE, touch.channel)
        for period in known.periods_with(touch.touched_at.date()):
            if person is not None:
                table.add(person.place_in(period), period, values, further)
                continue
            for audience, only in known.filters.items():
                if not only:
                    scope = (audience, "company" if audience == ALL else "audience", audience)
                    table.add_to_scope(scope, period, values, further)
    return table
