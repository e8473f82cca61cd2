"""Two companies of next to nothing: one without a customer left, and one with a single customer.

Keep out: a third company (its own file), and files (company.py).
"""

from __future__ import annotations

from datetime import date

from tests.gallery.company import Company

LANGUAGES = ("en", "hu", "pl")
TITLES = {"en": "All customers", "hu": "Minden ügyfél", "pl": "Wszyscy klienci"}
AUDIENCES = [{"name": language, "title": TITLES[language], "language": language} for language in LANGUAGES]
LAST = date(2024, 12, 1)


def empty_company() -> Company:
    """Three customers whose last order is long ago, and nothing else; the first month is the last."""
    company = Company({"name": "Nobody Ltd", "first_month": "2024-12"}, AUDIENCES)
    for number in range(3):
        customer = f"C{number}"
        company.add("customers", customer_id=customer, country="HU", segment="Retail", region="West")
        company.add(
            "orders",
            order_id=f"O{number}",
            customer_id=customer,
            ordered_at=f"2023-02-0{number + 1} 10:00:00",
            status="completed",
            amount="20.00",
            currency="EUR",
        )
    return company


def one_customer_company() -> Company:
    """A single customer that never leaves, and of everything one or as good as one; every entity is delivered."""
    company = Company({"name": "Single Kft.", "first_month": "2023-11", "gross_margin": 0.4}, AUDIENCES)
    _holds(company)
    _buys(company)
    _is_served(company)
    _is_asked(company)
    _is_kept(company)
    _finance(company)
    return company


def _holds(company: Company) -> None:
    company.add(
        "customers",
        **{"customer_id": "ONLY", "name": "Egyetlen Ügyfél Kft.", "segment": "Wholesale", "region": "West"},
        **{"country": "HU", "acquired_on": "2023-11-03", "acquisition_channel": "Trade fair"},
        **{"acquisition_offer": "Free month", "account_owner": "Őry Gergő", "loyalty_tier": "Gold"},
        loyalty_joined_on="2024-01-10",
    )
    company.add(
        "contracts",
        **{"contract_id": "K1", "customer_id": "ONLY", "starts_on": "2023-11-03", "plan": "Plus", "term_months": 12},
        **{"mrr": "120.00", "currency": "EUR", "renews_on": "2025-01-20", "auto_renews": "false"},
    )


def _buys(company: Company) -> None:
    for number, month in enumerate(("2024-01", "2024-06", "2024-11", "2024-12")):
        company.add(
            "orders",
            **{"order_id": f"O{number}", "customer_id": "ONLY", "ordered_at": f"{month}-05 10:00:00"},
            **{"status": "completed", "channel": "Shop", "amount": f"{80 + number}.50", "currency": "EUR"},
        )
    company.add(
        "refunds", refund_id="F1", order_id="O2", refunded_at="2024-12-02 09:00:00", amount="10.00", currency="EUR"
    )
    company.add(
        "quote_requests",
        **{"request_id": "Q1", "customer_id": "ONLY", "requested_at": "2024-12-09 09:00:00", "kind": "quote"},
        status="open",
    )


def _is_served(company: Company) -> None:
    company.add(
        "cases",
        **{"case_id": "S1", "customer_id": "ONLY", "order_id": "O3", "opened_at": "2024-12-06 09:00:00"},
        **{"first_response_at": "2024-12-06 10:30:00", "resolved_at": "2024-12-07 09:00:00", "channel": "email"},
        **{"category": "Delivery", "is_complaint": "true", "agent": "Anna", "reply_variant": "A"},
        status="resolved",
    )
    company.add(
        "case_reviews",
        **{"review_id": "V1", "category": "Tone", "case_id": "S1", "reviewed_at": "2024-12-10 09:00:00"},
        **{"reviewer_role": "lead", "value": 4, "scale_min": 1, "scale_max": 5, "critical": "false"},
    )
    company.add(
        "interactions",
        **{"interaction_id": "I1", "customer_id": "ONLY", "occurred_at": "2024-12-12 09:00:00", "channel": "visit"},
        **{"direction": "out", "kind": "review", "completed": "true"},
    )


def _is_asked(company: Company) -> None:
    for survey, kind, low, high in (("relationship", "nps", 0, 10), ("service", "csat", 1, 5)):
        company.add("surveys", survey_id=survey, name=survey.title(), type=kind)
        company.add(
            "survey_questions",
            survey_id=survey,
            question="score",
            role="score",
            scale_min=low,
            scale_max=high,
        )
        company.add("survey_invitations", survey_id=survey, month="2024-12-01", customer_id="ONLY", delivered=1)
        company.add(
            "survey_responses",
            **{"response_id": f"R-{survey}", "survey_id": survey, "customer_id": "ONLY", "status": "completed"},
            **{"responded_at": "2024-12-15 09:00:00", "channel": "email"},
            case_id="S1" if survey == "service" else "",
        )
        company.add("survey_answers", response_id=f"R-{survey}", question="score", value=high - 1)
    company.add(
        "social_ratings",
        **{"rating_id": "G1", "platform": "Reviews", "rated_at": "2024-12-16 09:00:00", "rating": 4},
        **{"scale_min": 1, "scale_max": 5, "customer_id": "ONLY"},
    )


def _is_kept(company: Company) -> None:
    company.add(
        "cancellation_requests",
        **{"request_id": "X1", "customer_id": "ONLY", "contract_id": "K1", "requested_at": "2024-12-17 09:00:00"},
        **{"reason": "price_increase", "competitor": "Rival", "handled_by": "Anna", "outcome": "saved"},
        decided_at="2024-12-18 09:00:00",
    )
    company.add(
        "retention_offers",
        **{"offer_id": "A1", "customer_id": "ONLY", "campaign": "Stay", "offered_at": "2024-12-17 10:00:00"},
        **{"kind": "discount", "cost": "15.00", "currency": "EUR", "accepted_at": "2024-12-18 09:00:00"},
        is_holdout="false",
    )
    company.add(
        "loyalty_transactions",
        **{"transaction_id": "T1", "customer_id": "ONLY", "occurred_at": "2024-12-05 10:00:00", "kind": "earn"},
        points=80,
    )
    company.add(
        "referrals", referral_id="B1", referrer_id="ONLY", referred_customer_id="", referred_at="2024-12-20 09:00:00"
    )
    company.add(
        "outreach",
        **{"touch_id": "U1", "prospect": "Somebody", "channel": "email", "campaign": "Winter"},
        touched_at="2024-12-02 09:00:00",
    )


def _finance(company: Company) -> None:
    company.add(
        "costs", month="2024-12-01", kind="acquisition", channel_or_programme="Trade fair", amount=100, currency="EUR"
    )
    company.add(
        "targets", metric="retention_rate", month=f"{LAST}", scope_type="company", scope_value="(all)", value=0.9
    )
    company.add("exchange_rates", month=f"{LAST}", currency="PLN", rate_to_base=0.23)
    for language, label in (("en", "The only event"), ("hu", "Az egyetlen esemény"), ("pl", "Jedyne zdarzenie")):
        company.add("annotations", happened_on="2024-06-15", label=label, language=language)
