"""What page 5 says of the save desk and of offers, chosen by rule from their figures.

Add here: a rule and its sentence. Keep out: reading marts; and that an offer made customers stay, which two shares
side by side do not prove.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.narrative.labels import given_name
from reports.text import Text

if TYPE_CHECKING:
    from reports.context.saving import Offers, SaveDesk

_NONE = "(none)"


def headline(text: Text, desk: SaveDesk | None, offers: Offers | None) -> str:
    """How many the save desk kept; without one, what offers must bring to pay."""
    if desk is not None:
        values = {"saved": text.f.number(desk.whole.saved), "decided": text.f.number(desk.whole.decided)}
        if desk.whole.decided.number == 1:
            if desk.whole.saved.number:
                return text.gettext("This year’s only request to cancel ended with the customer staying")
            return text.gettext("This year’s only request to cancel ended with the customer leaving")
        if desk.whole.saved.number == 0:
            return text.gettext(
                "This year none of the {decided} requests to cancel ended with the customer staying",
                decided=values["decided"],
            )
        return text.gettext(
            "This year {saved} of {decided} requests to cancel ended with the customer staying", **values
        )
    if offers is None:
        return ""
    if not offers.customers.known:
        return text.gettext("Retention offers cost {cost} this year", cost=text.f.money_short(offers.cost))
    return text.gettext(
        "This year’s offers of {cost} pay if about {customers} customers stay because of them",
        cost=text.f.money_short(offers.cost),
        customers=text.f.number(offers.customers),
    )


def standfirst(text: Text, desk: SaveDesk | None, offers: Offers | None) -> str:
    """The save rate with its interval, who stayed for 90 days, what is undecided, and what offers cost."""
    parts = []
    if desk is not None:
        parts.append(
            text.gettext(
                "That is {rate}, with a 95 % interval of {interval}.",
                rate=text.f.percent(desk.whole.rate),
                interval=text.f.percent_range(desk.whole.low, desk.whole.high),
            )
        )
        if desk.whole.staying.known:
            share = text.f.percent(desk.whole.staying, 0)
            parts.append(text.gettext("Of those kept, {share} were still customers 90 days on.", share=share))
        if desk.pending.number:
            count = text.f.number(desk.pending)
            parts.append(
                text.ngettext("One request is undecided.", "{count} requests are undecided.", desk.pending, count=count)
            )
    elif offers is not None:
        parts.append(
            text.ngettext(
                "One offer was made.", "{count} offers were made.", offers.offered, count=text.f.number(offers.offered)
            )
        )
    return " ".join(parts)


def desk_note(text: Text, desk: SaveDesk) -> str:
    """How the table of the save desk is read, and whom it does not list."""
    note = text.gettext("90 days: of those kept, still customers on the 90th day.")
    if not desk.handlers_left.number:
        return note
    more = text.ngettext(
        "One more handler is not listed.",
        "{count} more handlers are not listed.",
        desk.handlers_left,
        count=text.f.number(desk.handlers_left),
    )
    return f"{note} {more}"


def desk_alt(text: Text, desk: SaveDesk) -> str:
    """The finding of the columns of the save desk."""
    return text.gettext(
        "Requests to cancel decided by month; in the newest {saved} stayed and {lost} left.",
        saved=text.f.number(desk.newest.saved),
        lost=text.f.number(desk.newest.lost),
    )


def offer_subtitle(text: Text, offers: Offers) -> str:
    """How the table of offers is read."""
    if offers.has_holdout:
        return text.gettext(
            "Year to date. Stayed: still customers on the 90th day; held out: the same of those offered nothing."
        )
    return text.gettext("Year to date. Stayed: still customers on the 90th day; what they did without, nobody knows.")


def offer_notes(text: Text, offers: Offers) -> tuple[str, ...]:
    """When an offer pays, what is not listed, and what incentives cost."""
    first = ""
    if offers.has_margin:
        first = text.gettext(
            "Break-even: customers who must stay because of the offer, each worth {margin} of gross margin a year.",
            margin=text.f.money(offers.margin),
        )
    second = []
    if offers.left_out.number:
        count = text.f.number(offers.left_out)
        second.append(
            text.ngettext(
                "One more campaign is not listed.",
                "{count} more campaigns are not listed.",
                offers.left_out,
                count=count,
            )
        )
    if offers.per_new.known and offers.per_existing.known:
        second.append(
            text.gettext(
                "Incentives this month: {new} per new customer, {existing} per existing customer.",
                new=text.f.money(offers.per_new, 2),
                existing=text.f.money(offers.per_existing, 2),
            )
        )
    return tuple(note for note in (first, " ".join(second)) if note)


def handler(text: Text, name: str) -> str:
    """Who handled requests, as delivered."""
    return text.gettext("nobody named") if name == _NONE else given_name(name)


def campaign(text: Text, name: str) -> str:
    """A campaign, as delivered."""
    return text.gettext("no campaign") if name == _NONE else given_name(name)


def onboarding(text: Text, kind: str) -> str:
    """The lines of the table of early losses."""
    return {
        "all": text.gettext("All who joined"),
        "with": text.gettext("With onboarding"),
        "without": text.gettext("Without onboarding"),
    }[kind]
