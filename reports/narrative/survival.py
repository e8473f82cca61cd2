"""How long customers stay and how soon they order again, in sentences chosen by rule.

Add here: a rule and its sentence. Keep out: reading marts. Curves are set beside each other, never called better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.narrative.finding import Finding
from reports.text import Text

if TYPE_CHECKING:
    from reports.context.survival import Stratum, Window


def survival_alt(text: Text, strata: Sequence[Stratum]) -> str:
    """The finding of the curves."""
    return " ".join((text.gettext("Share still there by time since joining."), *_stays(text, strata)))


def survival_finding(text: Text, strata: Sequence[Stratum]) -> Finding | None:
    """How long half of the customers stay, from the longest to the shortest; None without curves."""
    if not strata:
        return None
    ends = strata if len(strata) < 3 else (strata[0], strata[-1])
    return Finding(text.gettext("How long they stay"), " ".join(_stays(text, ends)))


def reorder_finding(text: Text, windows: Sequence[Window]) -> Finding | None:
    """What share of buyers orders again within the window in force; None without orders."""
    for window in windows:
        if window.in_force:
            body = text.gettext(
                "Of all gaps between orders, {share} end within {days} days: an order keeps a customer active that"
                " long. A longer window would count fewer as lost.",
                share=text.f.percent(window.reordered),
                days=text.f.number(window.days),
            )
            return Finding(text.gettext("Is the window right?"), body)
    return None


def _stays(text: Text, strata: Sequence[Stratum]) -> list[str]:
    return [_stay(text, stratum) for stratum in strata]


def _stay(text: Text, stratum: Stratum) -> str:
    size = text.f.number(stratum.size)
    if stratum.median.known:
        return text.gettext(
            "Half have left after {days} days: {term} (n\u00a0=\u00a0{size}).",
            term=stratum.label,
            size=size,
            days=text.f.number(stratum.median),
        )
    return text.gettext(
        "More than half are still there, {share} at the end of the curve: {term} (n\u00a0=\u00a0{size}).",
        term=stratum.label,
        size=size,
        share=text.f.percent(stratum.share[-1], 0),
    )
