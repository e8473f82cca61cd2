"""What the revenue page says, chosen by rule from its figures: of contracts, of orders, or of both.

Add here: a rule and its sentence. Keep out: reading marts. Nothing is called up or down without a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts.bridge import Bridge
from reports.figures import magnitude
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.revenue import Orders, Recurring

_COMPARED = {
    "up": N_("Against {before} a year earlier that is a rise beyond chance."),
    "down": N_("Against {before} a year earlier that is a fall beyond chance."),
    "none": N_("Against {before} a year earlier there is no clear change."),
    "untested": N_("A year earlier it was {before}."),
}


def headline(text: Text, recurring: Recurring | None, orders: Orders | None) -> str:
    """What existing customers kept paying; without contracts, what returning customers brought."""
    if recurring is not None:
        return _recurring_headline(text, recurring)
    if orders is not None and orders.newest.revenue.known:
        return _orders_headline(text, orders)
    return text.gettext("No revenue this month")


def standfirst(text: Text, recurring: Recurring | None, orders: Orders | None) -> str:
    """The interval and the comparison of net retention; without contracts, the orders behind the revenue."""
    if recurring is not None:
        parts = [_interval(text, recurring), _year(text, recurring)]
        return " ".join(part for part in parts if part) or _paying(text, recurring)
    if orders is not None and orders.newest.orders.number:
        return text.gettext(
            "Orders: {orders}; buyers: {buyers}; average order: {aov}. Of all buyers so far, {repeat} ordered more than"
            " once.",
            orders=text.f.number(orders.newest.orders),
            buyers=text.f.number(orders.newest.buyers),
            aov=text.f.money(orders.newest.aov, 2),
            repeat=text.f.percent(orders.newest.repeat_rate),
        )
    return ""


def bridge_alt(text: Text, recurring: Recurring) -> str:
    """The finding of the bridge."""
    newest = recurring.newest
    return text.gettext(
        "Recurring revenue a month from {start} to {end}: new {new}, returned {returned}, expansion {expansion},"
        " contraction {contraction}, lost {lost}, exchange rates {rates}.",
        start=text.f.money_short(newest.start),
        end=text.f.money_short(newest.end),
        new=text.f.signed_money_short(newest.new),
        returned=text.f.signed_money_short(newest.reactivation),
        expansion=text.f.signed_money_short(newest.expansion),
        contraction=text.f.signed_money_short(newest.minus_contraction),
        lost=text.f.signed_money_short(newest.minus_churned),
        rates=text.f.signed_money_short(newest.fx_effect),
    )


def bridge_subtitle(text: Text, drawn: Bridge) -> str:
    """Unit and, where the axis is cut, where it starts."""
    sentence = text.gettext("Movements at the exchange rates of the month before.")
    if drawn.floor <= 0:
        return sentence
    cut = text.gettext(
        "The axis starts at {floor}, as the notch in the outer columns shows.", floor=text.f.money_short(drawn.floor)
    )
    return f"{sentence} {cut}"


def lost_note(text: Text, recurring: Recurring) -> str:
    """Why page 5 tells another lost revenue: contracts end there, customers leave here. Nothing where both agree."""
    churned, lost = recurring.newest.churned, recurring.lost_mrr
    if churned.number is None or lost.number is None or churned.number == lost.number:
        return ""
    values = {"churned": text.f.money(churned), "lost": text.f.money(lost)}
    if (churned.amount or 0.0) < (lost.amount or 0.0):
        return text.gettext(
            "Contracts of {churned} ended; the customers who left paid {lost}: here contracts are counted, in “Why"
            " customers leave” customers.",
            **values,
        )
    return text.gettext(
        "Contracts of {churned} ended; {lost} of it was paid by customers who left, as “Why customers leave” tells."
        " The rest ended a contract and stayed customers by their orders.",
        **values,
    )


def mrr_alt(text: Text, recurring: Recurring) -> str:
    """The finding of the columns of recurring revenue."""
    first, last = recurring.months[0], recurring.newest
    return text.gettext(
        "Recurring revenue at the month’s end: {first} in {first_month}, {last} in {last_month}.",
        first=text.f.money_short(first.end),
        first_month=text.f.month_short(first.month),
        last=text.f.money_short(last.end),
        last_month=text.f.month_short(last.month),
    )


def nrr_alt(text: Text, recurring: Recurring) -> str:
    """The finding of the trend of net retention."""
    newest = recurring.newest
    return text.gettext(
        "Net revenue retention by month; the newest is {nrr}, interval {interval}.",
        nrr=text.f.percent(newest.nrr),
        interval=text.f.percent_range(newest.nrr_low, newest.nrr_high),
    )


def orders_alt(text: Text, orders: Orders) -> str:
    """The finding of the columns of order revenue."""
    newest = orders.newest
    return text.gettext(
        "Net order revenue by month; the newest is {revenue}, of which {share} from returning customers.",
        revenue=text.f.money_short(newest.revenue),
        share=text.f.percent(newest.returning_share, 0),
    )


def _recurring_headline(text: Text, recurring: Recurring) -> str:
    newest = recurring.newest
    values = {"end": text.f.money_short(newest.end), "growth": text.f.money_short(magnitude(newest.growth))}
    if not newest.nrr.known:
        return text.gettext("Recurring revenue closed the month at {end}", end=values["end"])
    return text.gettext(
        "Existing customers kept paying {nrr} of what they paid; the month closed at {end}",
        nrr=text.f.percent(newest.nrr),
        end=values["end"],
    )


def _orders_headline(text: Text, orders: Orders) -> str:
    newest = orders.newest
    if newest.orders.number == 0 and not newest.revenue.number:
        return text.gettext("No orders this month")
    if not newest.returning_share.known:
        return text.gettext("Orders brought {revenue} this month", revenue=text.f.money_short(newest.revenue))
    return text.gettext(
        "Returning customers brought {share} of the month’s {revenue} of orders",
        share=text.f.percent(newest.returning_share),
        revenue=text.f.money_short(newest.revenue),
    )


def _interval(text: Text, recurring: Recurring) -> str:
    newest = recurring.newest
    low, high, target = newest.nrr_low.amount, newest.nrr_high.amount, newest.target.amount
    if low is None or high is None:
        return ""
    values = {"interval": text.f.percent_range(newest.nrr_low, newest.nrr_high)}
    if target is None:
        return text.gettext("The 95 % interval of that share is {interval}.", **values)
    sentence = N_("The target of {target} lies inside the 95 % interval of {interval}.")
    if target > high:
        sentence = N_("The target of {target} lies above the 95 % interval of {interval}.")
    elif target < low:
        sentence = N_("The target of {target} lies below the 95 % interval of {interval}.")
    return text.gettext(sentence, target=text.f.percent(newest.target), **values)


def _year(text: Text, recurring: Recurring) -> str:
    if not recurring.year_ago.known:
        return ""
    return text.gettext(_COMPARED[recurring.versus_year.verdict], before=text.f.percent(recurring.year_ago))


def _paying(text: Text, recurring: Recurring) -> str:
    return text.ngettext(
        "One customer pays at the month’s end.",
        "{count} customers pay at the month’s end.",
        recurring.newest.paying,
        count=text.f.number(recurring.newest.paying),
    )
