"""The truth itself, checked against figures worked out by hand for planted cases."""

from __future__ import annotations

from datetime import date, datetime

from orchestration.demo import planted_contracts, planted_orders
from orchestration.demo.planter import Planter
from orchestration.demo.truth.cohorts import cohorts
from orchestration.demo.truth.ledger import retention
from orchestration.demo.truth.orders import orders
from orchestration.demo.truth.reasons import churn_reasons
from orchestration.demo.truth.revenue import revenue
from orchestration.demo.truth.surveys import surveys
from tests.unit.demo.small_world import known, planted, row


def test_merged_customers_are_one_person_neither_lost_nor_new() -> None:
    table = retention(known(planted(planted_contracts.merged_customers)))
    assert row(table, "2022-01") == {"customers_start": 4, "customers_end": 4, "retained_customers": 4}
    assert row(table, "2023-06") == {"customers_start": 4, "customers_end": 4, "retained_customers": 4}
    assert row(table, "2024-12") == {"customers_start": 4, "customers_end": 4, "retained_customers": 4}


def test_a_merge_of_merges_is_followed_to_its_end() -> None:
    world = planted(planted_contracts.merge_of_merges)
    assert [history.customer.name for history in known(world).people] == ["Żak S.A."]
    table = retention(known(world))
    for month in ("2023-02", "2024-02"):
        assert row(table, month) == {"customers_start": 1, "customers_end": 1, "retained_customers": 1}


def test_100_0_0_50_is_new_churned_nothing_reactivation() -> None:
    table = revenue(known(planted(planted_contracts.new_churned_nothing_reactivated)))
    assert row(table, "2022-05") == {"new_mrr": 10000, "mrr_end": 10000, "paying_customers_end": 1}
    churned = {"mrr_start": 10000, "churned_mrr": 10000, "nrr_denominator": 10000, "grr_denominator": 10000}
    assert row(table, "2022-06") == churned | {"paying_customers_start": 1, "start_squared": 100000000}
    assert row(table, "2022-07") == {}
    # Paid in May alone: at neither end of the second quarter.
    assert row(table, "quarter 2022-06-30") == {"paid_between_ends": 1}
    assert row(table, "2022-09") == {"reactivation_mrr": 5000, "mrr_end": 5000, "paying_customers_end": 1}


def test_the_next_price_ends_the_one_before() -> None:
    found = row(revenue(known(planted(planted_contracts.price_without_ends))), "2023-04")
    assert (found["mrr_end"], found["expansion_mrr"]) == (12000, 2000)


def test_the_ledger_of_gaps_and_short_stays() -> None:
    gaps = retention(known(planted(planted_contracts.gaps_within_a_month)))
    assert row(gaps, "2022-11") == {"customers_start": 3, "customers_end": 3, "retained_customers": 3}
    short = retention(known(planted(planted_contracts.joined_and_gone)))
    assert row(short, "2022-03") == {
        "customers_start": 1,
        "customers_end": 1,
        "retained_customers": 1,
        "in_period_joiners_lost": 1,
        "in_period_first_timers_lost": 1,
    }
    # It had been there before: no first-timer.
    assert row(short, "2024-06") == {"in_period_joiners_lost": 1}


def test_the_first_day_without_service_decides_the_month_of_the_loss() -> None:
    table = retention(known(planted(planted_contracts.ends_at_the_edge)))
    assert row(table, "2024-11") == {
        "customers_start": 4,
        "customers_end": 3,
        "retained_customers": 3,
        "lost_customers": 1,
    }
    assert row(table, "2024-12") == {
        "customers_start": 3,
        "customers_end": 1,
        "retained_customers": 1,
        "lost_customers": 2,
    }


def test_a_changed_country_moves_a_customer_from_the_delivery_on() -> None:
    table = retention(known(planted(planted_contracts.movers)))
    # Delivered on 2023-12-31: the day before January, so January is the first month in the new country.
    assert row(table, "2024-01", ("(all)", "country", "AT"))["moved_in"] == 1
    assert row(table, "2024-01", ("hungary", "audience", "hungary"))["moved_out"] == 1
    assert "moved_in" not in row(table, "2024-01")


def test_equal_mrr_goes_to_the_earlier_start_then_to_the_smaller_id() -> None:
    table = retention(known(planted(planted_contracts.equal_plans)))
    assert row(table, "2022-06", ("(all)", "plan", "Standard"))["customers_start"] == 1
    assert row(table, "2022-06", ("(all)", "plan", "Basic"))["customers_start"] == 1
    assert row(table, "2022-06", ("(all)", "plan", "Premium")) == {}


def test_what_was_deleted_again_never_was() -> None:
    table = revenue(known(planted(planted_contracts.entered_by_mistake)))
    assert row(table, "2023-06")["mrr_end"] == 3900


def test_reasons_reach_back_365_days_and_no_further() -> None:
    table = churn_reasons(known(planted(planted_contracts.old_requests)))
    assert row(table, "2024-09", further=("delivery", "false")) == {"lost_customers": 1, "lost_mrr": 3900}
    assert row(table, "2024-09", further=("unknown", "false")) == {"lost_customers": 1, "lost_mrr": 3900}


def test_refunds_are_netted_in_their_own_months() -> None:
    table = orders(known(planted(planted_orders.paid_back_in_two_months)))
    march = row(table, "2023-03")
    assert (march["orders"], march["revenue"]) == (2, (40000 + 30000 - 15000) // 4)
    assert row(table, "2023-04")["revenue"] == -25000 // 4
    # 99.99 PLN at 0.25 is 24.9975, half up 25.00.
    assert row(table, "2023-11")["revenue"] == -2500


def test_an_order_paid_back_within_its_month_counts_nowhere() -> None:
    world = planted(planted_orders.paid_back_within_the_month)
    assert "orders" not in row(orders(known(world)), "2022-05")
    assert row(orders(known(world)), "2022-06") | {"buyers_12m": 1, "orders_12m": 1} == row(
        orders(known(world)), "2022-06"
    )
    # Some days of activity all the same: it came and went in May, and came back in June.
    assert row(retention(known(world)), "2022-05") == {
        "in_period_joiners_lost": 1,
        "in_period_first_timers_lost": 1,
    }
    assert row(retention(known(world)), "2022-06") == {"customers_end": 1, "reactivated_customers": 1}
    assert row(cohorts(known(world)), "2022-06", further=("2022-06-01", "0", "ordered")) == {
        "cohort_size": 1,
        "active_customers": 1,
    }


def test_two_orders_on_the_first_day_repeat_but_do_not_return() -> None:
    found = row(orders(known(planted(planted_orders.two_on_one_day))), "2023-10")
    assert (found["orders"], found["buyers"], found["repeat_buyers"]) == (2, 1, 1)
    assert "returning_orders" not in found


def test_a_rate_on_the_row_wins_for_the_order_and_not_for_its_refund() -> None:
    table = orders(known(planted(planted_orders.rate_on_the_row, rate="0.20")))
    assert row(table, "2023-07")["revenue"] == 25000
    assert row(table, "2023-08")["revenue"] == -2000


def test_amounts_are_rounded_once_per_customer_and_currency() -> None:
    def case(plant: Planter) -> None:
        customer = plant.customer("Höfer GmbH", 0, "AT")
        for _ in range(3):
            plant.contract(customer, [(date(2021, 6, 1), "Basic", "0.02", "PLN")])
        plant.contract(customer, [(date(2021, 6, 1), "Basic", "1.00", "EUR")])

    # 3 × 0.02 PLN at 0.25 is 0.015, half up 0.02; each for itself would be 0.03.
    assert row(revenue(known(planted(case))), "2022-01")["mrr_start"] == 102


def test_a_rate_agreed_with_the_contract_has_no_currency_effect() -> None:
    world = planted(planted_contracts.rates_on_the_row, rate="0.20")
    first = row(revenue(known(world)), "2022-05")
    # 1234.57 at 0.24 is 296.2968, whatever the month's rate.
    assert first["mrr_start"] == first["mrr_end"] == 29630
    # With the second contract: 296.2968 + 179.33 · 0.20 = 332.1628, rounded once.
    assert row(revenue(known(world)), "2023-05")["mrr_end"] == 33216


def test_the_top_fifth_is_rounded_up_and_ties_go_to_the_smaller_id() -> None:
    def case(plant: Planter) -> None:
        for amount in ("10.00", "30.00", "30.00", "5.00", "20.00", "1.00"):
            plant.order(plant.customer("Vevő", 0), date(2022, 1, 5), amount)

    assert row(orders(known(planted(case))), "2022-01")["top20_revenue"] == 6000


def test_the_latest_valid_answer_counts_once_and_per_case() -> None:
    world = planted(planted_orders.several_answers)
    table = surveys(known(world))
    # All four count as completed; the last with a score speaks.
    assert row(table, "2023-05", further=("nps",)) == {
        "responses": 1,
        "completed_responses": 4,
        "matched_responses": 4,
        "csat_denominator": 1,
        "detractors": 1,
        "score_sum": 6,
        "coverage_numerator": 1,
        "coverage_denominator": 1,
    }
    # One answer per case: 1 for the first, and of the other's 4 and 5 the later one, 5.
    csat = row(table, "2023-05", further=("csat",))
    assert (csat["responses"], csat["score_sum"], csat["satisfied"], csat["coverage_numerator"]) == (2, 6, 1, 1)


def test_an_answer_of_somebody_unknown_scores_for_the_company_and_nowhere_else() -> None:
    def case(plant: Planter) -> None:
        plant.response(plant.customer("X", 0), datetime(2022, 3, 3, 9, 0, 0), 9)
        plant.world.customers.clear()

    world = planted(case)
    table = surveys(known(world))
    assert row(table, "2022-03", further=("nps",)) == {
        "responses": 1,
        "completed_responses": 1,
        "csat_denominator": 1,
        "promoters": 1,
        "satisfied": 1,
        "score_sum": 9,
    }
    assert row(table, "2022-03", ("(all)", "country", "(none)"), ("nps",))["responses"] == 1
    assert row(table, "2022-03", ("hungary", "audience", "hungary"), ("nps",)) == {}
