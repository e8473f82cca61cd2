"""What page 9 says of the service, chosen by rule from its figures.

Add here: a rule and its sentence. Keep out: reading marts. Times and rates of service have no verdict over time, so
none is called better or worse than before; two groups are called different only where their contrast is clear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.figures import Figure
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.care import Matrix, Reviews, Variant
    from reports.context.cases import Breakdown, Cases
    from reports.context.contrast import Share

# (speed counts, correctness counts), each a clear contrast: what the standfirst says.
_SPEED_AND_CORRECTNESS = {
    (True, True): N_(
        "Speed and correctness both count: {quick} are satisfied with a reply within the hour that solves the case,"
        " {slow} where it came later, {wrong} where it did not solve it."
    ),
    (True, False): N_("Speed counts: {quick} are satisfied with a reply within the hour, {slow} with a later one."),
    (False, True): N_(
        "Correctness counts: {quick} are satisfied with a reply that solves the case, {wrong} with one that does not."
    ),
    (False, False): N_("Neither speed nor a solution at first contact makes a clear difference to satisfaction."),
}


def with_hours(text: Text, figure: Figure) -> str:
    """Hours with their unit: "14.1 h"."""
    return text.gettext("{hours} h", hours=text.f.hours(figure))


def value(text: Text, kind: str, figure: Figure) -> str:
    """A figure of the page as printed: hours, a rate in per cent, or a number of two decimals."""
    if kind == "rate":
        return text.f.percent(figure)
    return with_hours(text, figure) if kind == "hours" else text.f.number(figure, 2)


def headline(text: Text, cases: Cases) -> str:
    """How long a case takes and how many are solved at once."""
    now = cases.now
    if cases.is_hidden:
        return text.gettext("Too few service cases to show figures this month")
    if not now["cases"].number:
        return text.gettext("No service case was opened this month")
    if not now["resolution_hours_median"].known:
        return text.gettext("Fewer than half of the month’s cases are solved yet")
    named = {"hours": text.f.hours(now["resolution_hours_median"])}
    if not now["first_contact_rate"].known:
        return text.gettext("Half of the cases were solved within {hours} hours", **named)
    return text.gettext(
        "Half of the cases were solved within {hours} hours, {rate} at first contact",
        rate=text.f.percent(now["first_contact_rate"]),
        **named,
    )


def standfirst(text: Text, cases: Cases, matrix: Matrix | None) -> str:
    """What satisfies customers; where nobody was asked, how many complain."""
    if matrix is not None and matrix.cell(right=True, quick=True).rate.known:
        shown = {
            "quick": matrix.cell(right=True, quick=True),
            "slow": matrix.cell(right=True, quick=False),
            "wrong": matrix.cell(right=False, quick=True),
        }
        sentence = _SPEED_AND_CORRECTNESS[matrix.speed.is_more, matrix.correctness.is_more]
        return text.gettext(sentence, **{name: text.f.percent(cell.rate) for name, cell in shown.items()})
    return complaints(text, cases)


def complaints(text: Text, cases: Cases) -> str:
    """How many of the month's cases are complaints, and how many that is for each hundred customers."""
    now = cases.now
    if not now["cases"].number or not now["complaints_per_100"].known:
        return ""
    return text.gettext(
        "Complaints among the month’s cases: {count} of {cases}, or {rate} for each hundred customers.",
        count=text.f.number(now["complaints"]),
        cases=text.f.number(now["cases"]),
        rate=text.f.number(now["complaints_per_100"], 2),
    )


def complaints_counted(text: Text, cases: Cases) -> str:
    """The complaints and the customers they are set against."""
    counted = cases.now["complaints"]
    if not counted.known:
        return text.gettext("no cases to tell it from")
    return text.ngettext(
        "{count} complaint this month",
        "{count} complaints this month",
        counted,
        count=text.f.number(counted),
    )


def slowest(text: Text, figure: Figure) -> str:
    """The time that one case in ten is above."""
    if not figure.known:
        return text.gettext("more than one in ten still open")
    return text.gettext("one in ten took over {hours} h", hours=text.f.hours(figure))


def answers(text: Text, share: Share) -> str:
    """The interval of a share of answers and what it rests on."""
    if not share.low.known:
        return text.gettext("nobody answered")
    return text.ngettext(
        "95 %: {range} ({count} answer)",
        "95 %: {range} ({count} answers)",
        share.size,
        range=text.f.percent_range(share.low, share.high),
        count=text.f.number(share.size),
    )


def interval(text: Text, share: Share) -> str:
    """A share's interval and what it rests on."""
    if not share.low.known:
        return text.gettext("no cases to tell it from")
    return text.ngettext(
        "95 %: {range} ({count} case)",
        "95 %: {range} ({count} cases)",
        share.size,
        range=text.f.percent_range(share.low, share.high),
        count=text.f.number(share.size),
    )


def reviewed(text: Text, reviews: Reviews) -> str:
    """The score of all reviews and how many of the cases they looked at."""
    if reviews.whole is None:
        return ""
    return text.ngettext(
        "All: {score} from {count} review; {share} of the cases were reviewed.",
        "All: {score} from {count} reviews; {share} of the cases were reviewed.",
        reviews.whole.reviews,
        score=text.f.number(reviews.whole.score, 1),
        count=text.f.number(reviews.whole.reviews),
        share=text.f.percent(reviews.reviewed),
    )


def variants_note(text: Text, variants: tuple[Variant, ...]) -> str:
    """Whether any reply variant does better or worse than the others."""
    best = next((variant for variant in variants if variant.gap.is_more), None)
    if best is None:
        return text.gettext("No clear difference between the variants.")
    return text.gettext(
        "{variant}: clearly more satisfied than all others, by {gap}.",
        variant=best.label,
        gap=text.f.points(best.gap.difference),
    )


def breakdown_note(text: Text, breakdown: Breakdown) -> str:
    """What the table does not list, and of which month the customers were followed."""
    parts = []
    if breakdown.left_out.number:
        parts.append(
            text.ngettext(
                "And {count} more with fewer cases.",
                "And {count} more with fewer cases.",
                breakdown.left_out,
                count=text.f.number(breakdown.left_out),
            )
        )
    if breakdown.hidden.number:
        parts.append(text.gettext("The smallest groups are not shown."))
    return " ".join(parts)


def returns(text: Text, found: Sequence[tuple[str, Figure]]) -> str:
    """How many cases about an order came of a hundred orders, by the channel of the order."""
    named = "; ".join(f"{name} {text.f.number(rate, 2)}" for name, rate in found)
    return text.gettext("Cases about an order for each hundred orders: {named}.", named=named)


def followed(text: Text, breakdown: Breakdown) -> str:
    """Whom the column of those who left speaks of."""
    day = text.f.date(breakdown.left_to)
    return text.gettext(
        "Left: of customers with a case in the quarter to {day}, those gone within three months.", day=day
    )


def trend_alt(text: Text, title: str, points: list[tuple[str, str]]) -> str:
    """The finding of a trend: title, first and last month with their values."""
    if not points:
        return text.gettext("{title}: no month has a value.", title=title)
    (first_month, first), (last_month, last) = points[0], points[-1]
    return text.gettext(
        "{title}: {first} ({first_month}), {last} ({last_month}).",
        title=title,
        first=first,
        first_month=first_month,
        last=last,
        last_month=last_month,
    )
