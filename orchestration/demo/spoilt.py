"""What is wrong in the deliveries, planted row by row, each with the fate it must meet. Well under 1 % of any entity.

A spoilt row is written over a template: the values given here over those of the file's first row.
Keep out: rows that are right (files_*.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.demo.tally import EXACT_DUPLICATE, QUARANTINED, SUPERSEDED, UNKNOWN_CUSTOMER

LAST = 35


@dataclass(frozen=True, slots=True)
class Spoilt:
    """Values that differ from the first row of the file, and what must become of the row."""

    values: Mapping[str, str | None]
    fate: str = QUARANTINED


def _twice(count: int) -> list[Spoilt]:
    return [Spoilt({}, EXACT_DUPLICATE)] * count


# By entity and index of the delivery. A rejected row of an older snapshot is superseded by the next snapshot.
ROWS: dict[str, dict[int, list[Spoilt]]] = {
    "customers": {
        9: _twice(1),
        16: [Spoilt({"customer_id": "FS-80001", "acquired_on": "2023-02-30"}, SUPERSEDED)],
        LAST: [
            Spoilt({"customer_id": ""}),
            Spoilt({"customer_id": "FS-80002", "acquired_on": "last spring"}),
            Spoilt({"customer_id": "FS-80003", "do_not_contact": "maybe"}),
            *_twice(1),
        ],
    },
    "contracts": {
        7: [Spoilt({"contract_id": "K280001", "mrr": "-39.00"}, SUPERSEDED), *_twice(2)],
        LAST: [
            Spoilt({"contract_id": "K280002", "mrr": "49.005"}),
            Spoilt({"contract_id": "K280003", "starts_on": "2024-11-31"}),
            Spoilt({"contract_id": ""}),
            Spoilt({"contract_id": "K280004", "currency": "euro"}),
            Spoilt({"contract_id": "K280005", "customer_id": "FS-80004"}, UNKNOWN_CUSTOMER),
        ],
    },
    "orders": {
        2: [Spoilt({"order_id": "O780001", "amount": "1,005"}), *_twice(3)],
        5: [Spoilt({"order_id": "O780002", "ordered_at": "31.06.2022 10:00:00"})],
        8: [Spoilt({"order_id": ""}), Spoilt({"order_id": "O780003", "amount": "-15,00"})],
        11: [Spoilt({"order_id": "O780004", "customer_id": "FS-80005"}, UNKNOWN_CUSTOMER)] * 1,
        13: [Spoilt({"order_id": "O780005", "status": "shipped"}), *_twice(1)],
        18: [
            Spoilt({"order_id": f"O78001{number}", "customer_id": f"FS-8101{number}"}, UNKNOWN_CUSTOMER)
            for number in range(6)
        ],
        22: [Spoilt({"order_id": "O780006", "amount": "1 250,00"}), Spoilt({"order_id": "O780007", "amount": "NaN"})],
        30: [Spoilt({"order_id": "O780008", "ordered_at": "2024-07-02"}), *_twice(2)],
        LAST: [Spoilt({"order_id": "O780009", "amount": ""}), *_twice(1)],
    },
    "refunds": {
        6: [Spoilt({"refund_id": "R980001", "amount": "12.345"}), *_twice(1)],
        # No updated_at says which of the two is right: neither counts.
        17: [Spoilt({"refund_id": "R980002", "amount": "5.00"}), Spoilt({"refund_id": "R980002", "amount": "6.00"})],
        25: [Spoilt({"refund_id": "R980003", "currency": "HUF"})],
        33: [Spoilt({"refund_id": "R980004", "refunded_at": "2024-10-32 09:00:00"}), *_twice(1)],
    },
    "cases": {
        4: [Spoilt({"case_id": None}), *_twice(1)],
        21: [Spoilt({"case_id": f"CS48000{n}", "customer_id": f"FS-8200{n}"}, UNKNOWN_CUSTOMER) for n in range(4)],
        28: [Spoilt({"case_id": "CS480009", "is_complaint": None})],
    },
    "cancellation_requests": {
        10: [Spoilt({"request_id": "CR580001", "outcome": "perhaps"})],
        23: [Spoilt({"request_id": "CR580002", "requested_at": "soon"}), *_twice(1)],
        31: [Spoilt({"request_id": "CR580003", "customer_id": "FS-80006"}, UNKNOWN_CUSTOMER)],
    },
    "survey_responses": {
        3: [Spoilt({"response_id": "SR380001", "responded_at": "yesterday"}), *_twice(2)],
        12: [Spoilt({"response_id": "SR380002", "status": "abandoned"})],
        27: [Spoilt({"response_id": "SR380003", "survey_id": "unheard_of"})],
    },
    "interactions": {
        8: [Spoilt({"interaction_id": "IA980001", "channel": "fax"}), *_twice(2)],
        23: [
            Spoilt({"interaction_id": f"IA98001{n}", "customer_id": f"FS-8300{n}"}, UNKNOWN_CUSTOMER) for n in range(3)
        ],
    },
    "social_ratings": {
        17: [Spoilt({"rating_id": "SO980001", "rating": "7"})],
    },
    "survey_answers": {
        6: _twice(3),
    },
}

# Lines that are no rows at all.
LINES: dict[str, dict[int, list[str]]] = {
    "customers": {LAST: ["FS-80009,Torn Kft.,company"]},
    "orders": {
        16: ["O780020;FS-10001;12.05.2023"],
        26: ["O780021;FS-10001;03.03.2024 09:00:00;completed;shop;12,00;;EUR;;03.03.2024 09:00:00;left over"],
    },
    "cancellation_requests": {20: ["CR580009;FS-10001"]},
    "survey_responses": {14: ['{"response_id": "SR380009", "survey_id": "relationship", "customer_id": ']},
}

# Scores that are on no scale, by index of the delivery; each is given to a response of its own.
OFF_SCALE: dict[int, list[str]] = {5: ["12", "-1"], 19: ["8.6"], 32: ["ten", "100"]}

# Orders of which a stale copy (older updated_at, another amount) stands in the same file: the newest wins.
STALE_ORDERS = (12, 29)

# The file that is delivered twice: first with its amounts in cents.
CORRECTED_REFUNDS = 26
# Orders of Polish customers in the last days of this month come with the next month's file.
LATE_ORDERS = 19
