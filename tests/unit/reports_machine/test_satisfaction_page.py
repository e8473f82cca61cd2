"""The satisfaction page from hand-made marts: every survey, what scores mean, and what was never delivered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.build import lay_out_pages
from reports.context.satisfaction import SatisfactionContext, load_satisfaction
from reports.context.surveys import BANDS
from reports.marts import open_marts
from reports.run import ReportRun
from reports.text import text_for
from tests.mart_tables import received, scoped
from tests.unit.reports_machine.runs import HUNGARY, RUN
from tests.voice_marts import ENTITIES, share_row, survey_models, survey_row, write


def page(folder: Path, run: ReportRun = RUN, **changed: Any) -> SatisfactionContext | None:
    """The page of a company, some of its models replaced."""
    path = write(folder / "marts.duckdb", survey_models(), **changed)
    with open_marts(path, run) as marts:
        return load_satisfaction(marts, run, text_for(run.language, "EUR"))


def shown(folder: Path, **changed: Any) -> SatisfactionContext:
    """The page where there is one."""
    found = page(folder, **changed)
    assert found is not None
    return found


def test_a_company_that_never_asked_has_no_such_page(tmp_path: Path) -> None:
    assert page(tmp_path, rpt_data_received=list(received("orders"))) is None


def test_no_clear_change_in_a_month_but_a_rise_in_a_year(tmp_path: Path) -> None:
    found = shown(tmp_path)
    assert found.headline == "Net promoter score 38.9: no clear change in a month, up on a year ago"
    assert found.standfirst.endswith("between 27.5 and 50.2. What goes with it most: Delivery.")


def test_every_survey_with_a_score_has_a_line(tmp_path: Path) -> None:
    lines = shown(tmp_path).lines
    assert [(line.survey_type, line.is_points, line.score.amount) for line in lines] == [
        ("nps", True, 38.9),
        ("csat", False, 0.854),
    ]
    nps, csat = lines
    assert (nps.versus_month.verdict, nps.versus_year.verdict) == ("none", "up")
    assert csat.versus_month.verdict == "untested"
    assert [round(nps.width(band), 3) for band in BANDS] == [0.146, 0.318, 0.535]


def test_an_exit_survey_is_no_line(tmp_path: Path) -> None:
    rows = [survey_row(), survey_row("exit", responses=6, nps=None, csat=None, mean_score=None)]
    assert [line.survey_type for line in shown(tmp_path, rpt_surveys=rows).lines] == ["nps"]


def test_drivers_come_strongest_first_and_weak_ones_last(tmp_path: Path) -> None:
    found = shown(tmp_path)
    assert [(driver.label, driver.is_significant) for driver in found.drivers] == [
        ("Delivery", True),
        ("Support", True),
        ("Price", False),
    ]
    assert found.drivers_note == "Delivery goes with the score most; Support is rated lowest of those that do."


def test_drivers_are_not_ranked_on_few_answers(tmp_path: Path) -> None:
    rows = [
        scoped(survey_id="r", survey_type="nps", score_question="s", driver_question=name, driver=name, rho=rho,
               mean_driver_score=4.0, answers=60, is_significant=True, is_ranked=False)
        for name, rho in (("support", 0.2), ("delivery", 0.1))
    ]  # fmt: skip
    found = shown(tmp_path, rpt_drivers=rows)
    assert [driver.label for driver in found.drivers] == ["Delivery", "Support"]
    assert found.drivers_note == "Too few answers to put them in order."


def test_the_score_tells_where_its_contrast_is_clear(tmp_path: Path) -> None:
    found = shown(tmp_path)
    gap = found.outcomes[0].gap
    assert gap is not None and gap.is_more
    belief, loyal = found.findings
    assert belief.body.replace("\u00a0", " ") == (
        "Yes: low scores foretell who leaves. 181 of 544 invitations were answered (33.3 %). The answers speak for "
        "151 of 2 301 customers (6.6 %). Gone within three months: detractors 23.7 %, promoters 8.1 %."
    )
    assert loyal.body.replace("\u00a0", " ").startswith("644 (44.1 %) of the 1 459 customers")


def test_overlapping_shares_prove_nothing(tmp_path: Path) -> None:
    rows = [
        share_row("churn_rate", 0.12, 0.05, 0.26, 33, survey_type="nps", score_band="at_risk"),
        share_row("churn_rate", 0.08, 0.03, 0.20, 40, survey_type="nps", score_band="advocate"),
    ]
    found = shown(tmp_path, rpt_score_outcome=rows)
    assert found.findings[0].body.startswith("Not proven: low scores do not clearly foretell who leaves.")


def test_channels_come_before_the_breakdowns_of_the_company(tmp_path: Path) -> None:
    rows = [survey_row(), *(survey_row(scope_type="country", scope_value=code, responses=50) for code in ("HU", "PL"))]
    verdict = scoped(metric="nps", detail="nps", comparison="rest", scope_type="country", scope_value="PL",
                     difference=-9.0, verdict="down")  # fmt: skip
    found = shown(tmp_path, rpt_surveys=rows, rpt_verdicts=[verdict])
    assert [(line.kind, line.label) for line in found.groups] == [
        ("channel", "Website"), ("channel", "Email"), ("country", "Hungary"), ("country", "Poland"),
    ]  # fmt: skip
    assert [line.scores[0].versus_rest.state for line in found.groups] == ["none", "none", "none", "bad"]


def test_without_drivers_and_outcomes_every_survey_is_pictured(tmp_path: Path) -> None:
    found = shown(tmp_path, rpt_drivers=[], rpt_score_outcome=[])
    assert [survey.survey_type for survey in found.pictured] == ["nps", "csat"]
    assert [survey.survey_type for survey in shown(tmp_path / "b").pictured] == ["nps"]


def test_what_was_never_delivered_is_not_read(tmp_path: Path) -> None:
    left = [name for name in ENTITIES if name not in ("survey_questions", "social_ratings")]
    found = shown(tmp_path, rpt_data_received=list(received(*left)))
    assert (found.drivers, found.ratings_note) == ((), "")


@pytest.mark.parametrize("run", [RUN, replace(HUNGARY, audience="board")], ids=["en", "hu"])
def test_the_page_takes_one_sheet(tmp_path: Path, run: ReportRun) -> None:
    found = page(tmp_path, run)
    assert found is not None
    assert lay_out_pages(replace(run, pages=("satisfaction",)), text_for(run.language, "EUR"), (found,)).page_count == 1


def test_the_tables_are_attached_as_they_are_shown(tmp_path: Path) -> None:
    found = shown(tmp_path)
    assert set(found.tables) == {"surveys", "groups", "drivers", "outcomes", "loyal"}
    assert [row[0] for row in found.tables["drivers"].rows] == ["nps"] * 3
    assert [row[1] for row in found.tables["outcomes"].rows] == ["at_risk", "satisfied", "advocate"]
