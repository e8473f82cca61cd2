"""Labels: the words a report has for codes of the marts: reasons, scopes, metrics, surveys, systems, entities.

Add here: the label of a new code. A code that is not listed is printed as it came, so that a company's own reason
category or survey type is readable without a change here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.figures import given
from reports.legible import legible
from reports.text import N_, Text

REASONS: Mapping[str, str] = {
    "price": N_("Price"),
    "competition": N_("Competitor"),
    "service": N_("Poor service"),
    "delivery": N_("Late delivery"),
    "need": N_("No longer needed"),
    "closure": N_("Business closed"),
    "payment": N_("Payment failed"),
    "other": N_("Other reason"),
    "unknown": N_("No reason known"),
}
SCOPE_TYPES: Mapping[str, str] = {
    "country": N_("Country"),
    "region": N_("Region"),
    "segment": N_("Segment"),
    "plan": N_("Plan"),
    "term": N_("Term"),
    "acquisition_channel": N_("Acquisition channel"),
    "account_owner": N_("Account owner"),
}
METRICS: Mapping[str, str] = {
    "retention_rate": N_("Customer retention"),
    "churn_rate": N_("Customer churn"),
    "nrr": N_("Net revenue retention"),
    "mrr_end": N_("Recurring revenue a month"),
    "nps": N_("Net promoter score"),
    "csat": N_("Satisfied customers"),
    "value_at_risk": N_("Revenue at risk, a year"),
    "resolution_hours": N_("Median time to resolve"),
    "repeat_rate": N_("Buyers who came back"),
    "revenue": N_("Net order revenue"),
    "aov": N_("Average order value"),
    "purchase_frequency": N_("Orders per buyer in 12 months"),
    "customers_end": N_("Customers at the month’s end"),
}
SURVEYS: Mapping[str, str] = {
    "nps": N_("Recommendation (NPS)"),
    "csat": N_("Satisfaction (CSAT)"),
    "ces": N_("Effort (CES)"),
    "service": N_("Service"),
    "web_intercept": N_("Web site"),
    "exit": N_("Exit"),
}
# Where customers and company meet: the channel of a contact or a case.
CHANNELS: Mapping[str, str] = {
    "chatbot": N_("Chatbot"),
    "email": N_("Email"),
    "live_chat": N_("Live chat"),
    "messenger": N_("Messenger"),
    "social": N_("Social media"),
    "video": N_("Video call"),
    "visit": N_("Visit"),
    "voice": N_("Phone"),
    "web": N_("Website"),
}
PAGES: Mapping[str, str] = {
    "cover": N_("Summary"),
    "retention": N_("Retention and churn"),
    "cohorts": N_("Cohorts"),
    "revenue": N_("Revenue"),
    "reasons": N_("Why customers leave"),
    "risk": N_("Customers at risk"),
    "satisfaction": N_("Satisfaction"),
    "loyalty": N_("Loyalty"),
    "service": N_("Service"),
    "data": N_("Data and method"),
}
ENTITIES: Mapping[str, str] = {
    "customers": N_("Customers"),
    "contracts": N_("Contracts"),
    "orders": N_("Orders"),
    "refunds": N_("Refunds"),
    "interactions": N_("Contacts with customers"),
    "cases": N_("Service cases"),
    "case_reviews": N_("Case reviews"),
    "quote_requests": N_("Quote requests"),
    "cancellation_requests": N_("Cancellation requests"),
    "retention_offers": N_("Retention offers"),
    "loyalty_transactions": N_("Loyalty points"),
    "referrals": N_("Referrals"),
    "outreach": N_("Outreach"),
    "costs": N_("Costs"),
    "targets": N_("Targets"),
    "exchange_rates": N_("Exchange rates"),
    "annotations": N_("Named events"),
    "surveys": N_("Surveys"),
    "survey_questions": N_("Survey questions"),
    "survey_invitations": N_("Survey invitations"),
    "survey_responses": N_("Survey responses"),
    "survey_answers": N_("Survey answers"),
    "social_ratings": N_("Social ratings"),
}
OFFER_KINDS: Mapping[str, str] = {
    "discount": N_("Discount"),
    "free_month": N_("Free month"),
    "gift": N_("Gift"),
    "plan_change": N_("Change of plan"),
}

# A name of this length still fits a line of the page; table cells cut it further by their width.
LONGEST_NAME = 60
# Of a filter's values so many are named.
NAMED_VALUES = 4


def given_name(delivered: str) -> str:
    """A name as it was delivered: of a competitor, a campaign, a person."""
    return _name(delivered)


def label(text: Text, table: Mapping[str, str], code: str) -> str:
    """The word for a code, or the code itself, as far as it can be printed."""
    return text.gettext(table[code]) if code in table else _name(code)


def scope_label(text: Text, scope_type: str, scope_value: str) -> str:
    """The name of one segment as a reader knows it: countries by name, terms in months, "(none)" in words.

    Everything else stays literal.
    """
    if scope_type == "term" and scope_value.isdigit():
        months = given("term", int(scope_value))
        return text.ngettext("{count} month", "{count} months", months, count=text.f.number(months))
    return _name(text.f.country(scope_value) if scope_type == "country" else text.f.label(scope_value))


def _name(delivered: str) -> str:
    """A delivered name as far as it can be printed, cut where it would fill a paragraph of its own."""
    name = legible(delivered)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def segment_name(text: Text, scope_type: str, scope_value: str) -> str:
    """Attribute and value, neither inflected: "Country Hungary", "Plan Start"."""
    return text.gettext(
        "{attribute} {value}",
        attribute=label(text, SCOPE_TYPES, scope_type),
        value=scope_label(text, scope_type, scope_value),
    )


def short_segment_name(text: Text, scope_type: str, scope_value: str) -> str:
    """The same for a narrow column: a country's name says itself what it is."""
    if scope_type == "country" and scope_value != "(none)":
        return scope_label(text, scope_type, scope_value)
    return segment_name(text, scope_type, scope_value)


def filter_label(text: Text, filters: Mapping[str, tuple[str, ...]]) -> str:
    """What the audience is limited to: "Country: Hungary"; "All customers" where there is no filter.

    Of many values the first are named and the rest counted: the line runs through every page.
    """
    if not filters:
        return text.gettext("All customers")
    parts = [
        text.gettext(
            "{attribute}: {values}",
            attribute=label(text, SCOPE_TYPES, attribute),
            values=_values(text, [scope_label(text, attribute, value) for value in values]),
        )
        for attribute, values in filters.items()
    ]
    return " · ".join(parts)


def _values(text: Text, names: Sequence[str]) -> str:
    named = ", ".join(names[:NAMED_VALUES])
    rest = len(names) - NAMED_VALUES
    if rest < 1:
        return named
    more = text.ngettext("and one more", "and {count} more", rest, count=text.f.number(rest))
    return f"{named} {more}"
