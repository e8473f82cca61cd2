"""What page 8 says of loyalty, chosen by rule from its figures.

Add here: a rule and its sentence, the name of a segment. Keep out: reading marts. No test compares segments, or
members with everybody else, so none is called better: shares and rates are stated beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from reports.figures import total
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.loyalty_rfm import Rfm
    from reports.context.loyalty_tiers import PointsMonth, Programme, TierLine

# In the order in which a page lists them: from who buys most and lately to who is gone.
RFM_SEGMENTS: Mapping[str, str] = {
    "champions": N_("Champions"),
    "loyal": N_("Loyal customers"),
    "potential_loyalists": N_("Potential loyalists"),
    "new_customers": N_("New customers"),
    "promising": N_("Promising"),
    "need_attention": N_("Need attention"),
    "about_to_sleep": N_("About to sleep"),
    "at_risk": N_("Slipping away"),
    "cannot_lose": N_("Cannot lose"),
    "hibernating": N_("Hibernating"),
    "lost": N_("Lost"),
}
# What a segment is, in the words of the seed that maps scores to segments.
RFM_MEANINGS: Mapping[str, str] = {
    "champions": N_("bought lately, often and for much"),
    "loyal": N_("bought not long ago, often and for much"),
    "potential_loyalists": N_("bought lately, fairly often"),
    "new_customers": N_("bought just now, seldom or for little"),
    "promising": N_("bought not long ago, seldom or for little"),
    "need_attention": N_("middling in everything"),
    "about_to_sleep": N_("some time ago, seldom or for little"),
    "at_risk": N_("bought often and for much, but not lately"),
    "cannot_lose": N_("bought most of all, but long ago"),
    "hibernating": N_("bought long ago, seldom or for little"),
    "lost": N_("bought longest ago and least"),
}
# Bought much and often, and not lately.
TO_WIN_BACK = ("at_risk", "cannot_lose")
# Printed under the tiers; the page reckons with its height.
MEMBERS_NOTE = N_(
    "Retention and spend are those of the month. Members chose to join, so a difference need not be the programme’s "
    "doing."
)


def headline(text: Text, rfm: Rfm | None, programme: Programme) -> str:
    """Who brings the revenue; without orders, how many are members, or what the programme did."""
    leading = sorted(rfm.lines, key=lambda line: -(line.revenue_share.amount or 0))[:2] if rfm else []
    if len(leading) == 2 and all(line.revenue_share.known for line in leading):
        return text.gettext(
            "{first} and {second}: {customers} of buyers, {revenue} of their revenue",
            first=leading[0].label,
            second=_within(leading[1].label),
            customers=text.f.percent(total(*(line.customer_share for line in leading)), 0),
            revenue=text.f.percent(total(*(line.revenue_share for line in leading)), 0),
        )
    if rfm and len(leading) == 1:
        return text.gettext("All buyers are in one segment: {segment}", segment=leading[0].label)
    if rfm and rfm.customers.number:
        return text.ngettext(
            "One buyer of 24 months brought no revenue in the last twelve",
            "The {count} buyers of 24 months brought no revenue in the last twelve",
            rfm.customers,
            count=text.f.number(rfm.customers),
        )
    if programme.members.number:
        return text.gettext(
            "{share} of customers belong to the loyalty programme", share=text.f.percent(programme.member_share, 0)
        )
    if programme.referrals is not None and programme.referrals.made.number:
        return text.ngettext(
            "One customer was referred this month",
            "{count} customers were referred this month",
            programme.referrals.made,
            count=text.f.number(programme.referrals.made),
        )
    return text.gettext("Too few customers to part them by loyalty")


def moves_note(text: Text, programme: Programme) -> str:
    """Moves that are not listed, and why a figure is withheld; "" where there is nothing to say."""
    sentences = []
    if programme.moves_left_out:
        count = programme.moves_left_out_count
        sentences.append(
            text.ngettext(
                "One rarer move is not listed.",
                "{count} rarer moves are not listed.",
                count,
                count=text.f.number(count),
            )
        )
    if any(not figure.known for move in programme.moves for figure in (move.month, move.year)):
        sentences.append(text.gettext("{unknown}: too few to be shown.", unknown=text.f.unknown))
    return " ".join(sentences)


def standfirst(text: Text, rfm: Rfm | None, programme: Programme) -> str:
    """Who should be won back, and how members and everybody else stayed."""
    return " ".join(part for part in (_win_back(text, rfm), _members(text, programme)) if part)


def points_alt(text: Text, newest: PointsMonth) -> str:
    """The finding of the chart of points."""
    return text.gettext(
        "Points by month; in the newest month {earned} were earned, {redeemed} redeemed and {expired} expired.",
        earned=text.f.number(newest.earned),
        redeemed=text.f.number(newest.redeemed),
        expired=text.f.number(newest.expired),
    )


def _win_back(text: Text, rfm: Rfm | None) -> str:
    lines = rfm.of(*TO_WIN_BACK) if rfm else ()
    customers, revenue = total(*(line.customers for line in lines)), total(*(line.revenue for line in lines))
    if not customers.number or revenue.amount is None:
        return ""
    return text.ngettext(
        "One good buyer has not been back for long: {revenue} in the last twelve months.",
        "{count} good buyers have not been back for long: {revenue} in the last twelve months.",
        customers,
        count=text.f.number(customers),
        revenue=text.f.money_short(revenue),
    )


def _members(text: Text, programme: Programme) -> str:
    members, others = _line(programme.tiers, "(members)"), _line(programme.tiers, "(none)")
    if members is None or not members.rate.known:
        return ""
    if others is None or not others.rate.known:
        return text.gettext("Of the members {members} stayed this month.", members=text.f.percent(members.rate))
    return text.gettext(
        "Of the members {members} stayed this month, of everybody else {others}.",
        members=text.f.percent(members.rate),
        others=text.f.percent(others.rate),
    )


def _line(tiers: Sequence[TierLine], tier: str) -> TierLine | None:
    return next((line for line in tiers if line.tier == tier), None)


def _within(label: str) -> str:
    """A label inside a sentence: its first letter small, as none of these words is a name."""
    return label[:1].lower() + label[1:]
