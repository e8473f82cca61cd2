"""What is said of figures that an earlier report gave otherwise: their names, their causes, one sentence.

Add here: the name of a further published column, or a further cause. Keep out: which figures differ (the ledger and
rpt_restatements know), and reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from reports.figures import given
from reports.legible import legible
from reports.narrative.labels import ENTITIES, REASONS, SURVEYS, label, segment_name
from reports.run import ReportRun, Restatement
from reports.text import N_, Text

if TYPE_CHECKING:
    from reports.context.restated import Restated

# Published columns that a page shows under a name. The others are their numerators and denominators.
FIGURES: Mapping[tuple[str, str], str] = {
    ("rpt_retention", "customers_start"): N_("Customers at the month’s start"),
    ("rpt_retention", "customers_end"): N_("Customers at the month’s end"),
    ("rpt_retention", "new_customers"): N_("New customers"),
    ("rpt_retention", "reactivated_customers"): N_("Customers who returned"),
    ("rpt_retention", "lost_customers"): N_("Lost customers"),
    ("rpt_retention", "moved_in"): N_("Customers moved into scope"),
    ("rpt_retention", "moved_out"): N_("Customers moved out of scope"),
    ("rpt_retention", "provisional_losses"): N_("Provisional losses"),
    ("rpt_cohorts", "cohort_size"): N_("Joined in the cohort"),
    ("rpt_cohorts", "active_customers"): N_("Kept of the cohort"),
    ("rpt_revenue", "paying_customers_start"): N_("Paying customers at the start"),
    ("rpt_revenue", "paying_customers_end"): N_("Paying customers at the end"),
    ("rpt_revenue", "mrr_start"): N_("Recurring revenue at the start"),
    ("rpt_revenue", "new_mrr"): N_("Recurring revenue of new customers"),
    ("rpt_revenue", "reactivation_mrr"): N_("Recurring revenue of those who returned"),
    ("rpt_revenue", "expansion_mrr"): N_("Increases of recurring revenue"),
    ("rpt_revenue", "contraction_mrr"): N_("Reductions of recurring revenue"),
    ("rpt_revenue", "churned_mrr"): N_("Recurring revenue lost"),
    ("rpt_revenue", "fx_effect"): N_("Effect of exchange rates"),
    ("rpt_revenue", "mrr_end"): N_("Recurring revenue at the end"),
    ("rpt_orders", "orders"): N_("Orders"),
    ("rpt_orders", "buyers"): N_("Buyers"),
    ("rpt_orders", "returning_orders"): N_("Orders of returning buyers"),
    ("rpt_orders", "revenue"): N_("Net order revenue"),
    ("rpt_orders", "returning_revenue"): N_("Order revenue of returning buyers"),
    ("rpt_churn_reasons", "lost_customers"): N_("Lost customers"),
    ("rpt_churn_reasons", "lost_mrr"): N_("Recurring revenue lost"),
    ("rpt_surveys", "responses"): N_("Answers"),
    ("rpt_surveys", "delivered"): N_("Invitations"),
    ("rpt_surveys", "promoters"): N_("Promoters"),
    ("rpt_surveys", "passives"): N_("Passives"),
    ("rpt_surveys", "detractors"): N_("Detractors"),
    ("rpt_surveys", "satisfied"): N_("Satisfied answers"),
}
CAUSES: Mapping[str, str] = {
    "late orders": N_("late orders"),
    "refunds": N_("refunds"),
    "late contracts": N_("late contracts"),
    "late answers": N_("late answers"),
    "merges": N_("merged customers"),
    "settled provisional losses": N_("provisional losses settled"),
}
_CORRECTED = "corrected "


def figure_name(text: Text, line: Restatement) -> str:
    """What the figure is called, with the reason, survey or cohort it is about."""
    name = FIGURES.get((line.model, line.figure))
    named = text.gettext(name) if name else legible(line.figure.replace("_", " "))
    detail = _detail(text, line)
    return text.gettext("{figure}: {detail}", figure=named, detail=detail) if detail else named


def scope_name(text: Text, line: Restatement) -> str:
    """Which customers it counts; "" for all of the report's."""
    return "" if line.scope_type == "audience" else segment_name(text, line.scope_type, line.scope)


def cause_words(text: Text, line: Restatement) -> str:
    """Its causes, in words of the language; "" where none is known."""
    if not line.cause:
        return ""
    return ", ".join(dict.fromkeys(_cause(text, cause) for cause in line.cause.split(", ")))


def data_sentence(text: Text, run: ReportRun, restated: Restated) -> str:
    """What the last report said otherwise, and why: the answer on the data page."""
    if not run.restatements:
        return text.gettext("No figure published before has changed.")
    sentence = text.ngettext(
        "One figure of the last report ({report}) reads differently now.",
        "{count} figures of the last report ({report}) read differently now.",
        restated.count,
        count=text.f.number(restated.count),
        report=_report(text, run),
    )
    if not restated.causes:
        return sentence
    causes = text.gettext("What came in since: {causes}.", causes=", ".join(restated.causes))
    return f"{sentence} {causes}"


def cover_sentence(text: Text, run: ReportRun, restated: Restated) -> str:
    """The same for the cover, which points to the list where there is one; "" where nothing was restated."""
    if not run.restatements:
        return ""
    values = {"count": text.f.number(restated.count), "report": _report(text, run)}
    if "data" not in run.pages:
        return text.ngettext(
            "One figure of the last report ({report}) has been corrected since.",
            "{count} figures of the last report ({report}) have been corrected since.",
            restated.count,
            **values,
        )
    return text.ngettext(
        "One figure of the last report ({report}) has been corrected since; the last page says which and why.",
        "{count} figures of the last report ({report}) have been corrected since; the last page says which and why.",
        restated.count,
        **values,
    )


def mark_note(text: Text) -> str:
    """What the mark behind a figure means."""
    return text.gettext("† The last report gave another figure; see the last page.")


def _report(text: Text, run: ReportRun) -> str:
    """The report a reader has had last, by its month, and by its edition where it is one of this month."""
    first = run.restatements[0]
    month = text.f.month(date.fromisoformat(f"{first.published_month or first.period}-01"))
    if first.published_month != run.month:
        return month
    edition = text.f.number(given("edition before", first.edition))
    return text.gettext("{month}, edition {number}", month=month, number=edition)


def _cause(text: Text, cause: str) -> str:
    if cause.startswith(_CORRECTED):
        entity = label(text, ENTITIES, cause.removeprefix(_CORRECTED))
        return text.gettext("corrected files ({entity})", entity=entity)
    return label(text, CAUSES, cause)


def _detail(text: Text, line: Restatement) -> str:
    """What tells rows of one scope and month apart, as a reader calls it."""
    parts = line.detail.split(" ")
    if line.model == "rpt_churn_reasons":
        return label(text, REASONS, parts[0])
    if line.model == "rpt_surveys":
        return label(text, SURVEYS, line.detail)
    if line.model == "rpt_cohorts" and len(parts) == 3:
        # cohort_basis, cohort_month and age_months, as the ledger joins them.
        return text.f.month_short(date.fromisoformat(parts[1]))
    return legible(line.detail)
