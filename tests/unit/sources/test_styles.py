"""Dates and numbers written in another way than declared: a few are rows to set aside, many are a wrong setting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from orchestration.contract import Column, Entity
from orchestration.settings import EntityFiles
from orchestration.sources.files.model import FileRejectedError
from orchestration.sources.files.spool import Spool, text_array
from orchestration.sources.files.styles import date_look, refuse_other_styles

ENTITY = Entity(
    *("crm", "orders", "Orders.", ("order_id",)),
    tuple(
        Column(name, kind, name)
        for name, kind in (("order_id", "varchar"), ("ordered_at", "timestamp"), ("amount", "decimal(18,2)"))
    ),
)


def judge(folder: Path, column: str, values: list[str | None], **spec: Any) -> None:
    with Spool(folder / "rows.arrow", ENTITY.column_names) as spool:
        spool.write({column: text_array(values)}, range(1, len(values) + 1))
    refuse_other_styles(spool.path, ENTITY, EntityFiles(files="*", **spec))


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("2024-10-31", "ymd"),
        ("2024. 10. 31.", "ymd"),
        ("31.10.2024", "dmy"),
        ("31. 10. 2024", "dmy"),
        ("10/31/2024", "mdy"),
        ("3/4/2024 10:00", "dmy,mdy"),
        ("32.13.2024", ""),
        ("last week", ""),
        ("20241031", ""),
    ],
)
def test_the_look_of_a_date(text: str, look: str) -> None:
    assert date_look(text) == look


@pytest.mark.parametrize("other", ["31.10.2024", "03/04/2024"])
def test_b24_one_date_in_twenty_may_be_in_another_order(other: str, tmp_path: Path) -> None:
    judge(tmp_path, "ordered_at", ["2024-10-31"] * 19 + [other])
    with pytest.raises(FileRejectedError, match="2 of 20 dates in ordered_at are not year first"):
        judge(tmp_path, "ordered_at", ["2024-10-31"] * 18 + [other] * 2)


@pytest.mark.parametrize(
    ("declared", "values", "fix"),
    [
        ("ymd", ["03.04.2024", "31.10.2024"], "declare date_order: dmy"),
        ("ymd", ["03/04/2024", "10/31/2024"], "declare date_order: mdy"),
        ("ymd", ["03/04/2024", "05/06/2024"], "declare date_order: dmy or mdy, whichever it is"),
        ("dmy", ["2024-10-31", "2024-11-30"], "declare date_order: ymd"),
        ("dmy", ["03/04/2024", "10/31/2024"], "declare date_order: mdy"),
        ("mdy", ["03/04/2024", "31/10/2024"], "declare date_order: dmy"),
    ],
)
def test_the_order_that_was_found_is_named(declared: str, values: list[str], fix: str, tmp_path: Path) -> None:
    with pytest.raises(FileRejectedError, match=fix):
        judge(tmp_path, "ordered_at", list(values), date_order=declared)


@pytest.mark.parametrize(("declared", "text"), [("dmy", "03/04/2024"), ("mdy", "03/04/2024"), ("ymd", "2024/04/03")])
def test_the_declared_order_is_taken(declared: str, text: str, tmp_path: Path) -> None:
    judge(tmp_path, "ordered_at", [text, None], date_order=declared)


def test_what_is_no_date_at_all_is_left_to_staging(tmp_path: Path) -> None:
    judge(tmp_path, "ordered_at", ["last week", "soon", "45231", None])


@pytest.mark.parametrize(
    ("comma", "text", "fix"),
    [
        (False, "5,10", "true"),
        (False, "1.234,50", "true"),
        (False, "1 234,5", "true"),
        (True, "5.10", "false"),
        (True, "1,234.50", "false"),
        (True, "-5.1", "false"),
    ],
)
def test_b27_numbers_of_the_other_style(comma: bool, text: str, fix: str, tmp_path: Path) -> None:
    plain = "7,50" if comma else "7.50"
    judge(tmp_path, "amount", [plain] * 19 + [text], decimal_comma=comma)
    with pytest.raises(FileRejectedError, match=f'"{re.escape(text)}".*declare decimal_comma: {fix}'):
        judge(tmp_path, "amount", [plain] * 18 + [text] * 2, decimal_comma=comma)


@pytest.mark.parametrize(
    ("comma", "text"), [(False, "1,234"), (True, "1.234"), (False, "7"), (True, "7"), (False, "x")]
)
def test_what_may_be_thousands_says_nothing(comma: bool, text: str, tmp_path: Path) -> None:
    judge(tmp_path, "amount", [text] * 20, decimal_comma=comma)


def test_values_of_a_long_file_are_judged_too(tmp_path: Path) -> None:
    with Spool(tmp_path / "rows.arrow", ENTITY.column_names) as spool:
        for number in range(40):
            day = "2024-10-31" if number < 16 else "31.10.2024"
            spool.write({"ordered_at": text_array([day] * 10)}, range(10))
    with pytest.raises(FileRejectedError, match="are not year first"):
        refuse_other_styles(spool.path, ENTITY, EntityFiles(files="*"))
