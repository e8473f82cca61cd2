"""The deliveries of a small company in which every outcome and every reason comes up at least once.

Two months: September arrives in the first load, October and a corrected September in the second. Add here: a row for
a new rule, with an id that says what it is for. Keep out: what must become of it (the tests say that).
"""

from __future__ import annotations

from tests.integration.lower.lower_world import Delivery, LowerWorld, Row

FIRST, SECOND = "1700000001.1", "1700000002.25"

FORMATS = {
    "customers": {"crm_main": {"delivery": "snapshot", "time_zone": "Europe/Budapest"}},
    "costs": {
        "plain": {"decimal_comma": False, "date_order": "ymd"},
        "comma": {"decimal_comma": True, "date_order": "dmy"},
    },
    "outreach": {
        "budapest": {"time_zone": "Europe/Budapest"},
        "new_york": {"time_zone": "America/New_York", "date_order": "mdy"},
        "lord_howe": {"time_zone": "Australia/Lord_Howe"},
        "sao_paulo": {"time_zone": "America/Sao_Paulo", "date_order": "dmy"},
    },
}


def september(entity: str, load: str = FIRST) -> Delivery:
    """September's file of an entity; in the second load it is its correction."""
    return Delivery(f"{entity}_2024-09.csv", "2024-09-30", load)


def october(entity: str) -> Delivery:
    """October's file of an entity."""
    return Delivery(f"{entity}_2024-10.csv", "2024-10-31", SECOND)


def customer(customer_id: str | None, segment: str = "retail", updated_at: str | None = None, **more: str) -> Row:
    return {"customer_id": customer_id, "segment": segment, "updated_at": updated_at, **more}


def order(order_id: str, customer_id: str = "plain", amount: str = "10.00", **more: str | None) -> Row:
    values = {"ordered_at": "2024-09-15 12:00:00", "status": "completed", "currency": "EUR", **more}
    return {"order_id": order_id, "customer_id": customer_id, "amount": amount, **values}


def _customers(world: LowerWorld) -> None:
    world.deliver(
        "customers",
        september("customers"),
        [
            customer("plain"),
            customer("moved", "retail"),
            customer("gone"),
            customer("merged", merged_into="plain"),
            customer("broken_later"),
            customer("broken_first", acquired_on="2024-02-30"),
            customer("torn", "before"),
            customer("renewed"),
            customer(None, "nobody"),
            customer("never_good", acquired_on="30.09.2024"),
        ],
        unparsed=["too;few"],
    )
    world.deliver(
        "customers",
        october("customers"),
        [
            customer("plain"),
            customer("moved", "wholesale"),
            customer("broken_later", acquired_on="soon"),
            customer("broken_first", acquired_on="2024-02-28"),
            customer("torn", "one", "2024-10-01 08:00:00"),
            customer("torn", "two", "2024-10-01 08:00:00"),
            customer("renewed", "old", "2024-10-01 08:00:00"),
            customer("renewed", "new", "2024-10-02 08:00:00"),
            customer("twice"),
            customer(" twice "),
            customer("   ", "blank"),
            customer("never_good", acquired_on="30.09.2024"),
            customer("nul", name="A\0B"),
            customer(" 007 "),
            customer("7"),
            customer("Plain"),
        ],
    )


def _orders(world: LowerWorld) -> None:
    wrong = [order("withdrawn"), order("corrected", amount="1.005"), order("unread")]
    world.deliver("orders", september("orders"), wrong, unparsed=["cut"])
    world.deliver(
        "orders",
        september("orders", SECOND),
        [order("corrected", amount="1.01"), order("unread"), order("changed"), order("broken_later")],
    )
    world.deliver(
        "orders",
        october("orders"),
        [
            order("changed", amount="12.50"),
            order("broken_later", amount="twelve"),
            order("of_merged", "merged"),
            order("of_deleted", "gone"),
            order("of_nobody", "no such customer"),
            order("of_nobody_and_bad", "no such customer", amount="-1"),
            order("cancelled", status="cancelled"),
            order("state_unknown", status="lost"),
            order("half_a_cent", amount="1.005"),
            order("same"),
            order("same"),
            order("same"),
            order("ahead", ordered_at="2050-01-01"),
            order("nineteen_hundred", ordered_at="1900-01-01 00:00:00"),
            order("endless", ordered_at="9999-12-31"),
            order("february", ordered_at="2024-02-30 12:00:00"),
            order("foreign_date", ordered_at="10/31/2024"),
            order("late_at_night", ordered_at="2024-10-31 23:59:59"),
            order("next_month", ordered_at="2024-10-31T23:00:01Z"),
            order("euro_sign", amount="€5"),
            order("not_a_number", amount="NaN"),
            order("too_large", amount="12345678901234567.00"),
            order("conflict", amount="1"),
            order("conflict", amount="2"),
        ],
        unparsed=["a;line;that;is;no;row", "another"],
    )


def fetched(number: int, mode: str) -> Delivery:
    """The nth fetch of a service, all of one day."""
    return Delivery(f"quotes@{number}", "2024-10-31", f"170000000{number}.5", "service", "fetch", mode)


def _quotes(world: LowerWorld) -> None:
    def quote(request_id: str, status: str = "open") -> Row:
        made = {"customer_id": "plain", "requested_at": "2024-10-01 09:00:00", "kind": "quote"}
        return {"request_id": request_id, **made, "status": status}

    def gone(request_id: str) -> Row:
        return {"request_id": request_id, "_deleted": "true"}

    everything = [quote("stays"), quote("goes"), quote("returns"), quote("left_out"), quote("late")]
    world.deliver("quote_requests", fetched(1, "snapshot"), everything)
    world.deliver(
        "quote_requests", fetched(2, "increment"), [quote("new"), gone("goes"), gone("returns"), gone("never_seen")]
    )
    world.deliver("quote_requests", fetched(3, "increment"), [quote("returns", "won")])
    world.deliver("quote_requests", fetched(4, "snapshot"), [quote("stays"), quote("new"), quote("returns", "won")])
    world.deliver("quote_requests", fetched(5, "increment"), [quote("late", "again"), gone("new")])


def _refunds(world: LowerWorld) -> None:
    def refund(refund_id: str, order_id: str, currency: str = "EUR", amount: str = "1.00") -> Row:
        made = {"refunded_at": "2024-10-20 09:00:00", "amount": amount, "currency": currency}
        return {"refund_id": refund_id, "order_id": order_id, **made}

    rows = [
        refund("good", "changed"),
        refund("other_currency", "changed", "USD"),
        refund("of_nothing", "no such order"),
        refund("of_cancelled", "cancelled"),
        refund("conflict", "changed"),
        refund("conflict", "changed", amount="2.00"),
    ]
    world.deliver("refunds", october("refunds"), rows)


def _contracts(world: LowerWorld) -> None:
    def price(contract_id: str, starts_on: str, ends_on: str | None, mrr: str = "100") -> Row:
        who = {"contract_id": contract_id, "customer_id": "plain", "currency": "EUR"}
        return {**who, "starts_on": starts_on, "ends_on": ends_on, "mrr": mrr}

    rows = [
        price("one_end", "2024-01-01", None),
        price("one_end", "2024-04-01", "2024-10-01", "120"),
        price("two_ends", "2024-01-01", "2024-04-01"),
        price("two_ends", "2024-04-01", "2024-10-01"),
        price("open", "2024-01-01", "9999-12-31"),
        price("future", "2026-01-01", None),
        price("negative", "2024-01-01", None, "-5"),
    ]
    world.deliver("contracts", october("contracts"), rows)


def _surveys(world: LowerWorld) -> None:
    def at(entity: str) -> Delivery:
        return Delivery(f"{entity}_2024-10.csv", "2024-10-31", SECOND, "forms")

    world.deliver("surveys", at("surveys"), [{"survey_id": "s", "name": "How did we do?", "type": "nps"}])
    score = {"role": "score", "scale_min": "0", "scale_max": "10", "blank_codes": "11; 99"}
    questions: list[Row] = [
        {"survey_id": "s", "question": "likely", **score},
        {"survey_id": "s", "question": "easy", "role": "driver", "scale_min": "1", "scale_max": "5"},
        {"survey_id": "s", "question": "why", "role": "comment"},
        {"survey_id": "no such survey", "question": "q", "role": "comment"},
    ]
    world.deliver("survey_questions", at("survey_questions"), questions)
    filled = {"survey_id": "s", "responded_at": "2024-10-10T10:00:00Z", "status": "completed"}
    responses: list[Row] = [
        {"response_id": "known", "customer_id": "plain", **filled},
        {"response_id": "stranger", "customer_id": "no such customer", **filled},
        {"response_id": "nameless", "customer_id": "", **filled},
    ]
    world.deliver("survey_responses", at("survey_responses"), responses)
    given = [
        ("known", "likely", "9"),
        ("known", "why", "11"),
        ("stranger", "likely", "11"),
        ("nameless", "likely", "8.6"),
        ("nameless", "unasked", "1"),
        ("nameless", "why", "100 % sure; "),
        ("no such response", "likely", "9"),
        ("known", "easy", "6"),
        ("stranger", "easy", "-1"),
        ("nameless", "easy", "5"),
    ]
    answers = [{"response_id": response, "question": question, "value": value} for response, question, value in given]
    world.deliver("survey_answers", at("survey_answers"), answers)


def _plans(world: LowerWorld) -> None:
    ahead = Delivery("targets_2025.csv", "2025-01-15", SECOND, "plan")
    goal = {"metric": "nps", "month": "2025-01", "scope_type": "company", "scope_value": "(all)", "value": "40"}
    world.deliver("targets", ahead, [goal])
    by_load_time = Delivery("social.csv", "2025-02-01", SECOND, "web", "load time")
    rating = {"platform": "maps", "rated_at": "2024-10-01", "scale_min": None, "scale_max": "5"}
    ratings: list[Row] = [{"rating_id": "r1", "rating": "4.5", **rating}, {"rating_id": "r2", "rating": "6", **rating}]
    world.deliver("social_ratings", by_load_time, ratings)


def naive_times() -> list[str]:
    """Local times around the nights on which the clocks of all zones in FORMATS change, and one plain day."""
    nights = (
        "2024-03-10",
        "2024-03-31",
        "2024-04-07",
        "2024-10-06",
        "2024-10-27",
        "2024-11-03",
        "2018-02-18",
        "2024-07-01",
    )
    times = (
        "00:00:00",
        "00:30:00",
        "01:29:59",
        "01:30:00",
        "01:45",
        "02:00:00",
        "02:15:00",
        "02:59:59.5",
        "03:00",
        "12:00",
    )
    return [f"{night} {time}" for night in nights for time in times]


def _written(naive: str, date_order: str) -> str:
    day, time = naive.split(" ")
    year, month, monthday = day.split("-")
    forms = {"ymd": day, "dmy": f"{monthday}.{month}.{year}", "mdy": f"{month}/{monthday}/{year}"}
    return f"{forms[date_order]} {time}"


def _touches(world: LowerWorld) -> None:
    """Each naive time in each source's zone and date order; touch_id is the time as ISO wrote it."""
    for source, formats in FORMATS["outreach"].items():
        delivery = Delivery(f"{source}.csv", "2024-10-31", SECOND, source)
        order = str(formats.get("date_order", "ymd"))
        rows = [
            {"touch_id": f"{source} {naive}", "channel": "email", "touched_at": _written(naive, order)}
            for naive in naive_times()
        ]
        world.deliver("outreach", delivery, rows)


def _cast_cases(world: LowerWorld) -> None:
    """Values that a type must take or refuse: amounts in costs, times in interactions, whole numbers in loyalty."""
    for source, amounts in AMOUNTS.items():
        rows = [
            {"month": "2024-10" if source == "plain" else "05.10.2024", "kind": "retention",
             "channel_or_programme": f"{source} {number}", "amount": amount, "currency": "EUR"}
            for number, amount in enumerate(amounts)
        ]  # fmt: skip
        world.deliver("costs", Delivery(f"costs_{source}.csv", "2024-10-31", SECOND, source), rows)
    contact = {"customer_id": "plain", "channel": "email", "direction": "in", "completed": "yes"}
    times = [{"interaction_id": f"time {n}", "occurred_at": time, **contact} for n, time in enumerate(TIMES)]
    world.deliver("interactions", october("interactions"), times)
    earned = {"customer_id": "plain", "occurred_at": "2024-10-01", "kind": "earn"}
    points = [{"transaction_id": f"points {n}", "points": value, **earned} for n, value in enumerate(POINTS)]
    world.deliver("loyalty_transactions", october("loyalty_transactions"), points)


# Text → the value it is, None where it is none.
AMOUNTS: dict[str, dict[str, str | None]] = {
    "plain": {
        "1.01": "1.01", "1.005": None, "10.500": "10.50", "1e3": None, "inf": None, "NaN": None, "1_000": None,
        "0x1F": None, "1 000": None, "1,5": None, "1,234.50": None, "+3.2": "3.20", "-7": "-7.00", "€5": None,
        "5 EUR": None, "5.": None, ".5": None, "\u00a07 ": "7.00", "1234567890123456.78": "1234567890123456.78",
        "12345678901234567": None, "0005": "5.00", "1.20\0": None, "１２": None,
    },
    "comma": {"1,01": "1.01", "1,005": None, "1.5": None, "1.234,50": None, "-0,5": "-0.50", "12": "12.00"},
}  # fmt: skip
POINTS: dict[str, int | None] = {
    "5": 5, "-5": -5, "007": 7, "9.0": 9, "8.6": None, "99999999999": None, "1e2": None, "five": None, "true": None,
}  # fmt: skip
# Text → (UTC, local date in Budapest).
TIMES: dict[str, tuple[str, str] | None] = {
    "2024-10-31 22:59:59Z": ("2024-10-31 22:59:59", "2024-10-31"),
    "2024-10-31T23:00:00Z": ("2024-10-31 23:00:00", "2024-11-01"),
    "2024-10-31 23:59:59": ("2024-10-31 22:59:59", "2024-10-31"),
    "2024-11-01 00:00:00": ("2024-10-31 23:00:00", "2024-11-01"),
    "2024-10-27T02:30:00+01:00": ("2024-10-27 01:30:00", "2024-10-27"),
    "2024-10-27T02:30:00+02": ("2024-10-27 00:30:00", "2024-10-27"),
    "2024-10-31T18:00:00.250-0500": ("2024-10-31 23:00:00.25", "2024-11-01"),
    "2024-10-31 4:30 +02:00": ("2024-10-31 02:30:00", "2024-10-31"),
    "2024-10-31": ("2024-10-30 23:00:00", "2024-10-31"),
    "2024.10.31. 8:05": ("2024-10-31 07:05:00", "2024-10-31"),
    "2024-02-30": None,
    "2024-10-31 24:00": None,
    "2024-10-31 23:59:60": None,
    "31.10.2024": None,
    "10/31/2024": None,
    "20241031": None,
    "yesterday": None,
    "epoch": None,
    "infinity": None,
    "45596": None,
    "2024-10-31 10:00 CET": None,
}


def deliver_company(world: LowerWorld) -> None:
    """Lands everything."""
    _touches(world)
    _cast_cases(world)
    _customers(world)
    _orders(world)
    _refunds(world)
    _quotes(world)
    _contracts(world)
    _surveys(world)
    _plans(world)
