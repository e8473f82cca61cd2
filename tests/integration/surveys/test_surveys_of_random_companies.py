"""Survey figures of random companies, against the plain reading of their definitions."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.integration.retention.retention_reference import Reference
from tests.integration.revenue.marts_world import random_company, read_rows, with_all
from tests.integration.surveys.surveys_reference import FIGURES, Answers, delivered, surveys


@pytest.fixture(scope="module", params=["either", "orders"])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reference]:
    """A random company; who is covered depends on the rule."""
    return random_company(tmp_path_factory.getbasetemp(), 7, request.param)


def test_every_survey_figure_of_every_scope(company: tuple[Path, Reference]) -> None:
    file, reference = company
    expected = with_all(surveys(reference), FIGURES)
    for figure in FIGURES:
        assert any(row[figure] for row in expected.values()), f"no {figure} anywhere: the world is too tame"
    assert read_rows(file, "fct_surveys", FIGURES, ("survey_type",)) == expected


def test_the_world_meets_repeated_and_anonymous_answers(company: tuple[Path, Reference]) -> None:
    _, reference = company
    answers = Answers(reference)
    scored = [row for start in reference.months for row in answers.of_month(start) if row["value"] is not None]
    counted = [row for start in reference.months for row in answers.counted(start)]
    assert len(counted) < len(scored)
    assert any(row["customer"] is None for row in counted)
    assert any(row["case_id"] for row in counted)


def test_invitations_are_told_apart_only_where_they_name_customers(company: tuple[Path, Reference]) -> None:
    file, reference = company
    found = read_rows(file, "fct_surveys", ("delivered",), ("survey_type",))
    assert {key: row["delivered"] for key, row in found.items()} == delivered(reference)


def test_rates_stay_in_their_bounds(company: tuple[Path, Reference]) -> None:
    file, _ = company
    query = """
        select count(*) filter (nps not between nps_low and nps_high and responses >= 10 and abs(nps) < 100),
            count(*) filter (csat not between csat_low and csat_high), count(*) filter (response_rate > 1),
            count(*) filter (nps is not null), count(*) filter (response_rate is not null)
        from rpt_surveys
    """
    with duckdb.connect(str(file), read_only=True) as connection:
        wrong_nps, wrong_csat, wrong_rates, *seen = connection.execute(query).fetchone()  # type: ignore[misc]
    assert (wrong_nps, wrong_csat, wrong_rates) == (0, 0, 0)
    assert min(seen) > 0
