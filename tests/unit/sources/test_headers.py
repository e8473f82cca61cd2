"""How a file's header finds its columns."""

from __future__ import annotations

import pytest

from orchestration.sources.files.headers import HeaderMap, header_key, nearest
from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import CONTRACT

ORDERS = CONTRACT["orders"]


def mapped(headers: list[str], columns: dict[str, str] | None = None) -> list[str | None]:
    return HeaderMap(ORDERS, columns or {}, {}).add_all(headers)


@pytest.mark.parametrize("header", ["order_id", "Order ID", " ORDER-ID ", "orderId", "Order\u00a0Id"])
def test_case_spaces_and_dashes_do_not_matter(header: str) -> None:
    assert header_key(header) == header_key("order_id")


def test_a_mapping_goes_before_the_contract() -> None:
    headers = ["order_id", "customer_id", "Amount", "Net"]
    assert mapped(headers, {"amount": "", "net": "amount"}) == ["order_id", "customer_id", None, "amount"]


def test_headers_without_a_name_are_dropped_however_many() -> None:
    assert mapped(["order_id", "customer_id", "amount", "", " "]) == ["order_id", "customer_id", "amount", None, None]


def test_two_headers_of_one_column_are_refused() -> None:
    with pytest.raises(FileRejectedError, match='"Net" and "amount" both mean amount'):
        mapped(["order_id", "customer_id", "Net", "amount"], {"Net": "amount"})


def test_a_renamed_column_can_be_dropped_on_purpose() -> None:
    headers = ["order_id", "customer_id", "amount", "chanel"]
    with pytest.raises(FileRejectedError, match="looks renamed"):
        mapped(headers)
    assert mapped(headers, {"chanel": ""})[3] is None


def test_every_missing_required_column_is_named() -> None:
    with pytest.raises(FileRejectedError, match=r'"customer_id" is missing.*"amount" is missing'):
        mapped(["order_id"])


def test_the_nearest_name_is_found_or_none() -> None:
    assert nearest("custmer id", ["order_id", "customer_id"]) == "customer_id"
    assert nearest("zzz", ["order_id", "customer_id"]) is None
