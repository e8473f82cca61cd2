"""The bad inputs B01 to B33 and B35 as files: what is delivered, what must count, what must be set aside, and why.

B34 is the services' (odd_services.py); B36 is delivered here as customers' names.
Add here: an input, with an id that says what it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.faults.bad_inputs import bad_files as bad
from tests.faults.bad_inputs.bad_company import Feed, Order
from tests.faults.bad_inputs.bad_files import HEADER, among, csv, good, good_neighbours, neighbours, row

ORDERS = "orders_2024-10.csv"
NOT_AMOUNT = "amount: not a decimal(18,2)"
NOT_TIME = "ordered_at: not a timestamp"
CONFLICT = "order_id: other values of the same key in one delivery"


@dataclass(frozen=True)
class Case:
    """One bad input. `admitted` are the rows that count beside the neighbours; `reasons` those set aside, by order or
    `line N`; `rejected` words of the reason by file; `outcomes` rows that do not count, by outcome."""

    id: str
    feeds: tuple[Feed, ...]
    admitted: tuple[Order, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    rejected: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    has_neighbours: bool = True

    @property
    def expected(self) -> list[Order]:
        return [*(good_neighbours(self.id) if self.has_neighbours else []), *self.admitted]


def refused(case: str, files: Mapping[str, bytes], reasons: Mapping[str, str], **spec: object) -> Case:
    """Files that are rejected as wholes, beside a good one of the same source."""
    delivered = {"orders_good.csv": csv(neighbours(case)), **files}
    return Case(case, (Feed(case, delivered, {"orders": spec}),), rejected=reasons)


def taken(case: str, content: bytes, *admitted: Order, name: str = ORDERS, **spec: object) -> Case:
    """A file that is read as if nothing were odd about it."""
    return Case(case, (Feed(case, {name: content}, {"orders": spec}),), admitted)


def aside(case: str, reasons: Mapping[str, str], *lines: str, admitted: tuple[Order, ...] = ()) -> Case:
    """Lines that are set aside among good ones of the same file."""
    return Case(case, (Feed(case, {ORDERS: among(case, *lines)}),), admitted, reasons, outcomes=_rows_of(reasons))


def _rows_of(reasons: Mapping[str, str]) -> dict[str, int]:
    rows = sum(not key.startswith("line ") for key in reasons)
    return {"quarantined": rows} if rows else {}


def filler(case: str, count: int, amount: str = "7.00") -> list[str]:
    return [row(f"{case}-f{number}", amount) for number in range(count)]


def good_filler(case: str, count: int) -> tuple[Order, ...]:
    return tuple(good(f"{case}-f{number}", "7.00") for number in range(count))


def headers() -> list[Case]:
    wrong = row("b0x-x")
    return [
        refused("b01", {"orders_x.csv": f"{wrong}\n{wrong}\n".encode()}, {"orders_x.csv": "the header is missing"}),
        refused(
            "b02",
            {
                "orders_x.csv": csv([wrong], HEADER.replace("amount", "amuont")),
                "orders_y.csv": csv([wrong], HEADER.replace("channel", "chanel")),
            },
            {"orders_x.csv": 'nearest in the file is "amuont"', "orders_y.csv": '"channel" is missing: it looks'},
        ),
        taken("b03", csv((_turned(line) for line in neighbours("b03")), _turned(HEADER))),
        refused(
            "b04",
            {
                "orders_x.csv": csv([wrong], HEADER.replace("channel", "amount")),
                "orders_y.csv": csv([wrong], HEADER.replace("channel", "Order ID")),
            },
            {"orders_x.csv": '"amount" stands twice', "orders_y.csv": '"Order ID" stands twice'},
        ),
        taken("b05", csv((f"{line},1" for line in neighbours("b05")), f"{HEADER},fax")),
        refused("b06", {"orders_x.csv": b"order_id,amount\nx,1\n"}, {"orders_x.csv": '"customer_id" is missing'}),
        refused("b07", {"orders_x.csv": b""}, {"orders_x.csv": "0 bytes"}),
        Case(
            "b08",
            (
                Feed("b08", {"orders_good.csv": csv(neighbours("b08")), "orders_x.csv": csv([])}),
                Feed("b08_empty", {ORDERS: csv([])}, {"orders": {"may_be_empty": True}}),
            ),
            rejected={"orders_x.csv": "declare may_be_empty: true"},
        ),
    ]


def _turned(line: str) -> str:
    return ",".join(reversed(line.split(",")))


def texts() -> list[Case]:
    foreign = bad.text([row("b1x-x", channel="Győr")])
    whole = bad.text(neighbours("b13")).splitlines()
    return [
        refused(
            "b09",
            {"orders_x.csv": csv([row("b09-x"), "b09-y,C1"])[:-1], "orders_y.csv": csv([row("b09-z"), 'b09,"C'])[:-1]},
            {"orders_x.csv": "cut off in the middle of line 3", "orders_y.csv": "line 3"},
        ),
        Case(
            "b10",
            (
                Feed("b10", {"orders_x.csv": foreign.encode("cp1250")}),
                Feed("b10_declared", {ORDERS: csv(neighbours("b10"), encoding="cp1250")}, _encoded("cp1250")),
                Feed("b10_wrong", {"orders_y.csv": foreign.encode()}, _encoded("cp1250")),
            ),
            rejected={"orders_x.csv": "line 2 holds byte 0xF5, which is not utf-8", "orders_y.csv": "it is UTF-8"},
        ),
        Case(
            "b11",
            (
                Feed("b11", {"orders_x.csv": foreign.encode("utf-16")}),
                Feed("b11_declared", {ORDERS: csv(neighbours("b11"), encoding="utf-16")}, _encoded("utf-16")),
            ),
            rejected={"orders_x.csv": "it is UTF-16"},
        ),
        taken("b12", csv(neighbours("b12"), encoding="utf-8-sig")),
        taken("b13", f"{whole[0]}\r\n{whole[1]}\n{whole[2]}\r{whole[3]}\r\n".encode()),
        aside("b14", {"line 3": "holds a NUL character"}, row("b14-x", channel="w\0b")),
        aside("b15", {"line 3": "2 values where the header has 8"}, "b15-x,C1"),
        aside("b16", {"line 3": "9 values where the header has 8"}, row("b16-x") + ",more"),
        refused(
            "b17",
            {
                "orders_x.csv": csv([row("b17-x", channel='"web'), row("b17-y")]),
                "orders_y.csv": csv([row("b17-z"), row("b17-v", channel='"web'), row("b17-w", channel='"shop"')]),
            },
            {"orders_x.csv": "a quote opened on line 2", "orders_y.csv": "a quote opened on line 3"},
        ),
        taken(
            "b18",
            among("b18", row("b18-x", channel='"web\nshop, ""main"""')),
            good("b18-x", channel='web\nshop, "main"'),
        ),
    ]


def _encoded(encoding: str) -> dict[str, dict[str, str]]:
    return {"orders": {"encoding": encoding}}


def keys() -> list[Case]:
    newer = row("b20-z", "3.00", updated_at="2024-10-06 10:00:00")
    return [
        Case(
            "b19",
            (Feed("b19", {ORDERS: among("b19", row("b19-x"), row("b19-x"))}),),
            (good("b19-x"),),
            outcomes={"exact_duplicate": 1},
        ),
        Case(
            "b20",
            (
                Feed(
                    "b20",
                    {
                        ORDERS: among(
                            *("b20", row("b20-x", "1.00"), row("b20-x", "2.00")),
                            *(row("b20-z", "9.00", updated_at="2024-10-05 10:00:00"), newer),
                            row("b20-later", "4.00"),
                        )
                    },
                    later={"orders_2024-11-01.csv": csv([row("b20-later", "5.00")])},
                ),
            ),
            (good("b20-z", "3.00"), good("b20-later", "5.00")),
            {"b20-x": CONFLICT, "b20-z": CONFLICT},
            outcomes={"quarantined": 3, "superseded": 1},
        ),
        aside("b21", {"": "order_id: blank"}, row("  ")),
        Case(
            "b22",
            (
                Feed(
                    "b22",
                    {
                        ORDERS: among(
                            "b22",
                            *(row(key) for key in ("b22-007", " b22-2 ", "b22-a", "b22-A")),
                            row("b22-x", status="Completed"),
                        )
                    },
                ),
            ),
            tuple(good(key) for key in ("b22-007", "b22-2", "b22-a", "b22-A")),
            {"b22-x": "status: not one of open, completed, cancelled"},
            outcomes={"quarantined": 1},
        ),
    ]


def dates() -> list[Case]:
    night = {
        "b26-a": ("2024-10-31 23:59:59", date(2024, 10, 31)),
        "b26-b": ("2024-11-01 00:00:00", date(2024, 11, 1)),
        "b26-c": ("2024-10-31T22:59:59Z", date(2024, 10, 31)),
        "b26-d": ("2024-10-31T23:00:00Z", date(2024, 11, 1)),
        "b26-e": ("2024-11-01T00:59:59+02:00", date(2024, 10, 31)),
        "b26-f": ("2024-10-27 02:30:00", date(2024, 10, 27)),
        "b26-g": ("2024-03-31 02:30:00", date(2024, 3, 31)),
        "b26-h": ("2024-10-31", date(2024, 10, 31)),
    }
    mixed = [*filler("b24", 38), row("b24-x", ordered_at="31.10.2024"), row("b24-y", ordered_at="10/31/2024")]
    return [
        aside(
            "b23",
            {"b23-x": NOT_TIME, "b23-y": NOT_TIME},
            row("b23-x", ordered_at="2024-02-30 10:00:00"),
            row("b23-y", ordered_at="last week"),
        ),
        Case(
            "b24",
            (
                Feed(
                    "b24",
                    {
                        ORDERS: csv([*neighbours("b24"), *mixed]),
                        "orders_x.csv": csv(
                            [*filler("b24x", 17), *(row(f"b24-{n}", ordered_at="31.10.2024") for n in "ab")]
                        ),
                    },
                ),
            ),
            good_filler("b24", 38),
            {"b24-x": NOT_TIME, "b24-y": NOT_TIME},
            rejected={"orders_x.csv": "declare date_order: dmy"},
            outcomes={"quarantined": 2},
        ),
        aside(
            "b25",
            {
                "b25-x": "ordered_at: year outside 1901 to 9998",
                "b25-y": "ordered_at: year outside 1901 to 9998",
                "b25-z": "ordered_at: more than 31 days after the delivery",
            },
            row("b25-x", ordered_at="9999-12-31"),
            row("b25-y", ordered_at="1900-01-01"),
            row("b25-z", ordered_at="2025-01-05"),
        ),
        taken(
            "b26",
            among("b26", *(row(key, ordered_at=text) for key, (text, _) in night.items())),
            *(good(key, day=day) for key, (_, day) in night.items()),
        ),
    ]


def numbers() -> list[Case]:
    odd = {
        "b27-a": "1 234.50", "b27-b": "€5", "b27-c": "5 EUR", "b27-d": "NaN", "b27-e": "inf", "b27-f": "1e3",
        "b27-g": '"5,10"', "b27-h": '"1,234.50"', "b27-i": "",
    }  # fmt: skip
    reasons = dict.fromkeys(odd, NOT_AMOUNT) | {"b27-i": "amount: blank"}
    comma = [row("b27-p", '"5,10"'), row("b27-q", '"-0,00"'), row("b27-r", "5.10"), row("b27-s", '"1.234,50"')]
    return [
        Case(
            "b27",
            (
                Feed(
                    "b27", {ORDERS: csv([*neighbours("b27"), *filler("b27", 20), *(row(k, v) for k, v in odd.items())])}
                ),
                Feed(
                    "b27_comma", {ORDERS: csv([*comma, *filler("b27c", 20, "7")])}, {"orders": {"decimal_comma": True}}
                ),
            ),
            (*good_filler("b27", 20), *good_filler("b27c", 20), good("b27-p", "5.10"), good("b27-q", "0.00")),
            {**reasons, "b27-r": NOT_AMOUNT, "b27-s": NOT_AMOUNT},
            outcomes={"quarantined": 11},
        ),
        aside(
            "b28",
            {"b28-v": NOT_AMOUNT, "b28-x": NOT_AMOUNT, "b28-y": NOT_AMOUNT, "b28-z": "amount: below 0"},
            *(row("b28-x", "1.005"), row("b28-y", "12345678901234567.00"), row("b28-z", "-1.00")),
            *(row("b28-v", "0x10"), row("b28-w", "1.5000")),
            admitted=(good("b28-w", "1.50"),),
        ),
        aside("b30", {"b30-x": "customer_id: unknown customer"}, row("b30-x", customer_id="nobody")),
    ]


def deliveries() -> list[Case]:
    twins = csv(neighbours("b32"))
    wrong, right = row("b33-x", "1.00"), row("b33-x", "2.00")
    return [
        Case(
            "b31",
            (Feed("b31", {ORDERS: csv(neighbours("b31"))}, later={"orders_2024-11-02.csv": csv([row("b31-late")])}),),
            (good("b31-late"),),
        ),
        Case("b32", (Feed("b32", {ORDERS: twins, "orders_copy.csv": twins}, later={"orders_renamed.csv": twins}),)),
        Case(
            "b33",
            (Feed("b33", {ORDERS: among("b33", wrong, row("b33-gone"))}, later={ORDERS: among("b33", right)}),),
            (good("b33-x", "2.00"),),
            outcomes={"superseded": 5},
        ),
        Case(
            "b35",
            (
                Feed(
                    "b35",
                    {
                        "orders_good.csv": csv(neighbours("b35")),
                        "orders_locked.xlsx": bad.locked(),
                        "orders_uncached.xlsx": bad.workbook("b35-u", bad.calculate),
                        "orders_merged.xlsx": bad.workbook("b35-m", bad.merge_the_header),
                        "orders_bomb.xlsx": bad.bomb(),
                        "orders_hidden_2024-10.xlsx": bad.workbook("b35-h", bad.hide_another),
                        "orders_1904_2024-10.xlsx": bad.workbook(
                            "b35-1904", bad.count_from_1904, datetime(2024, 10, 9)
                        ),
                    },
                ),
            ),
            (good("b35-h"), good("b35-1904", day=date(2024, 10, 9))),
            rejected={
                "orders_locked.xlsx": "cannot be read as a workbook",
                "orders_uncached.xlsx": "cell F2 holds a formula without a stored result",
                "orders_merged.xlsx": "row 1, the header, has merged cells",
                "orders_bomb.xlsx": "which no extract needs",
            },
        ),
    ]


CASES = {case.id: case for case in (*headers(), *texts(), *keys(), *dates(), *numbers(), *deliveries())}

HOSTILE = {
    "H1": "<script>alert(1)</script>", "H2": "{{7*7}}", "H3": '=HYPERLINK("http://example.org")', "H4": "\u202egnp.exe",
    "H5": "\U0001f600 名", "H6": "x" * 300, "H7": "c" * 10_000_000, "H8": "'; drop table customers; --",
}  # fmt: skip


def _customers() -> bytes:
    plain = [f"C{number},Anna" for number in (1, 2, 3)]
    doubled = {key: name.replace('"', '""') for key, name in HOSTILE.items()}
    return csv([*plain, *(f'{key},"{name}"' for key, name in doubled.items())], "customer_id,name")


SCALE = csv(["S,q,score,0,10", "S,d,driver,1,5"], "survey_id,question,role,scale_min,scale_max")
ANSWERS = [
    ("R1", "q", "9"),
    ("R1", "d", "5"),
    ("R2", "q", "8.6"),
    ("R3", "q", "11"),
    ("R4", "q", "-1"),
    ("R5", "d", "0"),
]
OTHERS = (
    Feed("base", {"customers_2024-10.csv": _customers()}, {"customers": {"delivery": "snapshot"}}),
    Feed(
        "b25_ends",
        {"contracts_2024-10.csv": csv(["K1,2024-01-01,9999-12-31,C1,10.00,EUR", "K2,2024-01-01,2024-06-01,C2,1.00,EUR"],
                                      "contract_id,starts_on,ends_on,customer_id,mrr,currency")},
        {"contracts": {}},
    ),
    Feed(
        "b29",
        {
            "surveys.csv": csv(["S,Loyalty,nps"], "survey_id,name,type"),
            "survey_questions.csv": SCALE,
            "survey_responses.csv": csv(
                [f"R{n},S,C1,2024-10-05,completed" for n in range(1, 6)],
                "response_id,survey_id,customer_id,responded_at,status",
            ),
            "survey_answers.csv": csv((",".join(answer) for answer in ANSWERS), "response_id,question,value"),
        },
        {
            name: {"files": f"{name}.csv", "delivered_on": "2024-10-31"}
            for name in ("surveys", "survey_questions", "survey_responses", "survey_answers")
        },
        system="survey",
    ),
)  # fmt: skip


def feeds() -> tuple[Feed, ...]:
    """Everything the company delivers."""
    return (*OTHERS, *(feed for case in CASES.values() for feed in case.feeds))
