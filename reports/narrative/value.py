"""What the lines of the value table are called, and how the table is read.

Add here: the name of a further line of reports/context/value.py. Keep out: reading marts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.value import Value

LABELS: Mapping[str, str] = {
    "arpa": N_("Recurring revenue, if paying"),
    "margin_per_customer_month": N_("Gross margin a month"),
    "lifetime_months": N_("Expected stay, months"),
    "clv": N_("Lifetime value"),
    "contract_clv": N_("… with a contract"),
    "order_clv": N_("… from orders"),
    "cac": N_("Cost of winning one"),
    "clv_to_cac": N_("Lifetime value to cost"),
    "payback_months": N_("Payback, months"),
    "retention_cost_per_customer": N_("Cost of keeping one"),
}


def labels(text: Text, value: Value) -> tuple[str, ...]:
    """The names of the lines, in their order."""
    return tuple(text.gettext(LABELS[line.name]) for line in value.lines)


def subtitle(text: Text, value: Value) -> str:
    """How the lifetime value comes about; nothing where no churn is known."""
    if not value.churn.known:
        return ""
    sentence = text.gettext(
        "Lifetime value: gross margin × expected stay, from {churn} monthly churn in six months.",
        churn=text.f.percent(value.churn),
    )
    if not value.is_capped:
        return sentence
    return f"{sentence} {text.gettext('The stay is cut at 60 months.')}"
