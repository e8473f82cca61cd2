"""Companies unlike the usual one: a part of the data missing, one customer, no history, no losses, forty segments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.report_numbers.conftest import run_of
from tests.integration.report_numbers.reading import known_numbers, numbers_in, read_page, without_exempt
from tests.reports_world import World, build_world

MANY = tuple((f"Line {letter}{number}", 0.025) for letter in "abcd" for number in range(10))
WORLDS = {
    "orders only": World(customers=300, months=20, contracts=False, surveys=False),
    "contracts only": World(customers=300, months=20, orders=False),
    "one customer": World(customers=1, months=20),
    "first month": World(customers=200, months=1),
    "second month": World(customers=200, months=2),
    "nobody leaves": World(customers=200, months=14, churn=0.0),
    "everybody leaves": World(customers=200, months=14, churn=0.9),
    "forty segments": World(customers=600, months=14, segments=MANY),
}
LEFT_OUT = {"orders only": ("Why customers leave", "Satisfaction"), "contracts only": ()}


@pytest.fixture(scope="module", params=WORLDS)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Each company's published marts."""
    name: str = request.param
    return name, build_world(tmp_path_factory.mktemp("world") / "marts.duckdb", WORLDS[name])


@pytest.mark.parametrize("audience", ["board", "poland"])
def test_the_report_is_whole(world: tuple[str, Path], audience: str) -> None:
    name, marts = world
    page = read_page(run_of(audience), marts)
    assert page.sheets == len(page.contexts)
    segments = {number for label, _ in WORLDS[name].segments for number in re.findall(r"\d+", label)}
    known = known_numbers(page) | segments
    assert [number for number in numbers_in(without_exempt(page.text), known) if number not in known] == []
    for text in (page.text, page.mail.text, page.mail.subject):
        assert "None" not in text
        assert "nan" not in re.findall(r"[a-z]+", text.lower())
        assert ".." not in text


@pytest.mark.parametrize("name", LEFT_OUT)
def test_pages_without_data_are_left_out_and_named(name: str, tmp_path: Path) -> None:
    page = read_page(run_of("board"), build_world(tmp_path / "marts.duckdb", WORLDS[name]))
    titles = [context.title for context in page.contexts]
    words = " ".join(page.text.split())
    if LEFT_OUT[name]:
        assert not set(LEFT_OUT[name]) & set(titles)
        assert f"Pages left out for want of data: {', '.join(LEFT_OUT[name])}." in words
    else:
        assert "Pages left out" not in words


def test_a_company_of_orders_has_six_figures_of_its_own(tmp_path: Path) -> None:
    page = read_page(run_of("board", ("cover",)), build_world(tmp_path / "marts.duckdb", WORLDS["orders only"]))
    assert [key.name for key in page.mail.key_figures] == [
        "retention_rate", "churn_rate", "repeat_rate", "revenue", "aov", "purchase_frequency",
    ]  # fmt: skip
