"""The truth of the service marts: cases, their times and what became of them, by channel and category too.

Breakdowns by what a case has of its own are told for the company and the audiences; returns by the channel of the order
for the company and the audiences without a filter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from orchestration.demo.months import add_months, last_day, month_index
from orchestration.demo.truth.cases import JudgedCase, case_answers, is_satisfied, judged_cases
from orchestration.demo.truth.histories import NONE, Place
from orchestration.demo.truth.known import ALL, Known, Scope
from orchestration.demo.truth.periods import Period
from orchestration.demo.truth.tables import Further, Table

WHOLE: Further = ("whole", ALL)
NEVER = float("inf")
COUNTS = ("cases", "cases_answered", "cases_resolved", "complaints", "self_service_numerator",
          "self_service_denominator", "returns_numerator", "resolved_cases", "first_contact_numerator",
          "first_contact_denominator", "told_numerator", "told_denominator", "csat_numerator",
          "csat_denominator")  # fmt: skip
UNKNOWN = ("returns_denominator", "churn_3m_numerator", "churn_3m_denominator")
TIMES = ("first_response_seconds", "resolution_seconds")
STATISTICS = {"median": (1, 2), "p90": (9, 10)}
TIME_COLUMNS = tuple(f"{name}_{statistic}" for name in TIMES for statistic in STATISTICS)


def _breakdowns(case: JudgedCase) -> tuple[Further, ...]:
    return (WHOLE, ("channel", case.channel), ("category", case.category))


def _add(
    known: Known, table: Table, place: Place, period: Period, values: Mapping[str, int], views: tuple[Further, ...]
) -> None:
    for view in views:
        # Orders are known of every whole: none is 0.
        told = values if view != WHOLE or not known.world.orders else {"returns_denominator": 0, **values}
        for scope in known.scopes_of(place):
            if view == WHOLE or scope[1] in ("company", "audience"):
                table.add_to_scope(scope, period, told, view)


def _opened(case: JudgedCase) -> dict[str, int]:
    is_self_service = case.case.channel in ("chatbot", "web")
    is_served = is_self_service and case.case.resolved_at is not None and not case.case.agent
    return {
        "cases": 1,
        "cases_answered": int(case.response_seconds is not None),
        "cases_resolved": int(case.resolution_seconds is not None),
        "complaints": int(case.case.is_complaint),
        "returns_numerator": int(case.order_channel is not None),
        "self_service_denominator": int(is_self_service),
        "self_service_numerator": int(is_served),
    }


def _resolved(case: JudgedCase) -> dict[str, int]:
    return {
        "resolved_cases": 1,
        "first_contact_numerator": int(case.is_first_contact is True),
        "first_contact_denominator": int(case.is_first_contact is not None),
        "told_numerator": int(case.is_told is True),
        "told_denominator": int(case.is_told is not None),
    }


def _count_times(known: Known, table: Table, cases: list[JudgedCase]) -> None:
    """The ⌈half⌉-th and the ⌈nine tenths⌉-th of a scope's waits in order; who still waits comes last."""
    waits: dict[tuple[Scope, Period, Further], list[JudgedCase]] = defaultdict(list)
    for case in cases:
        for period in known.periods_with(case.opened_on):
            for scope in known.scopes_of(case.history.place_in(period)):
                for view in _breakdowns(case):
                    if view == WHOLE or scope[1] in ("company", "audience"):
                        waits[(scope, period, view)].append(case)
    for (scope, period, view), waiting in waits.items():
        responses = sorted(NEVER if c.response_seconds is None else c.response_seconds for c in waiting)
        resolutions = sorted(NEVER if c.resolution_seconds is None else c.resolution_seconds for c in waiting)
        for name, ordered in zip(TIMES, (responses, resolutions), strict=True):
            for statistic, (share, of) in STATISTICS.items():
                value = ordered[-(-len(ordered) * share // of) - 1]
                shown = None if value == NEVER else int(value)
                table.put(scope, period, {f"{name}_{statistic}": shown}, view)


def _in_three_months(day: date) -> date:
    return last_day(month_index(add_months(day.replace(day=1), 3)))


def _count_churn(known: Known, table: Table, cases: list[JudgedCase]) -> None:
    """Customers with a case of a category, active on the period's last day: who was gone three months on."""
    seen = set()
    for case in cases:
        for period in known.periods_with(case.opened_on):
            judged_on = _in_three_months(period.end)
            key = (case.history.customer_id, case.category, period)
            if judged_on > known.last_day or key in seen or not case.history.is_active_on(period.end):
                continue
            seen.add(key)
            values = {"churn_3m_denominator": 1, "churn_3m_numerator": int(not case.history.is_active_on(judged_on))}
            _add(known, table, case.history.place_in(period), period, values, (("category", case.category),))


def _count_orders(known: Known, table: Table, first_case: date) -> None:
    """Counted orders by scope, and by their channel for whoever sees the whole company."""
    unfiltered = [audience for audience, only in known.filters.items() if not only]
    for history in known.people:
        days = [(judged.ordered_on, judged.order.channel or NONE) for judged in history.counted_orders]
        for day, channel in days:
            for period in known.periods_with(day):
                if period.end < first_case:
                    continue
                _add(known, table, history.place_in(period), period, {"returns_denominator": 1}, (WHOLE,))
                _add_returns(table, unfiltered, period, channel, {"returns_denominator": 1, "returns_numerator": 0})


def _add_returns(table: Table, audiences: list[str], period: Period, channel: str, values: dict[str, int]) -> None:
    for audience in audiences:
        scope = (audience, "company" if audience == ALL else "audience", audience)
        table.add_to_scope(scope, period, values, ("order_channel", channel))


def service(known: Known) -> Table:
    """Cases of every period and scope, whole and by channel, category and order channel."""
    columns = (*COUNTS, *UNKNOWN, *TIME_COLUMNS)
    table = Table(known, ("breakdown", "value"), columns, unknown=frozenset((*UNKNOWN, *TIME_COLUMNS)))
    cases = judged_cases(known)
    unfiltered = [audience for audience, only in known.filters.items() if not only]
    for case in cases:
        for period in known.periods_with(case.opened_on):
            _add(known, table, case.history.place_in(period), period, _opened(case), _breakdowns(case))
            if case.order_channel is not None:
                values = {"returns_denominator": 0, "returns_numerator": 1}
                _add_returns(table, unfiltered, period, case.order_channel, values)
        for period in known.periods_with(case.resolved_on) if case.resolved_on else ():
            _add(known, table, case.history.place_in(period), period, _resolved(case), _breakdowns(case))
    for response, case in case_answers(known, cases):
        values = {"csat_denominator": 1, "csat_numerator": int(is_satisfied(response))}
        for period in known.periods_with(response.responded_at.date()):
            _add(known, table, case.history.place_in(period), period, values, _breakdowns(case))
    _count_times(known, table, cases)
    _count_churn(known, table, cases)
    if cases:
        _count_orders(known, table, min(case.opened_on for case in cases))
    return table


def speed_correctness(known: Known) -> Table:
    """Answers about cases, by first contact and response within the hour."""
    table = Table(known, ("is_first_contact", "is_answered_within_hour"), ("csat_numerator", "csat_denominator"))
    for response, case in case_answers(known, judged_cases(known)):
        if case.is_first_contact is None:
            continue
        is_fast = case.response_seconds is not None and case.response_seconds <= 60 * 60
        cell = (str(case.is_first_contact).lower(), str(is_fast).lower())
        values = {"csat_denominator": 1, "csat_numerator": int(is_satisfied(response))}
        for period in known.periods_with(response.responded_at.date()):
            table.add(case.history.place_in(period), period, values, cell)
    return table


def reply_variants(known: Known) -> Table:
    """Answers about cases by the variant of the reply; each beside those of all the others of its scope."""
    columns = ("csat_numerator", "csat_denominator", "others_csat_numerator", "others_csat_denominator")
    found: dict[tuple[Scope, Period], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for response, case in case_answers(known, judged_cases(known)):
        for period in known.periods_with(response.responded_at.date()) if case.case.reply_variant else ():
            for scope in known.scopes_of(case.history.place_in(period)):
                found[(scope, period)][case.case.reply_variant].append(is_satisfied(response))
    table = Table(known, ("reply_variant",), columns)
    for (scope, period), answers in found.items():
        for variant, own in answers.items():
            others = [answer for name, given in answers.items() if name != variant for answer in given]
            values = dict(zip(columns, (sum(own), len(own), sum(others), len(others)), strict=True))
            table.put(scope, period, values, (variant,))
    return table
