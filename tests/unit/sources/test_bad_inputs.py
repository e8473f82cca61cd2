"""Bad inputs that the files source judges: what could hide rows rejects the file, a bad line is put aside.

The other bad inputs are judged by staging and by admitted; their tests stand beside those models.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.sources.files.model import FileRejectedError
from tests.landing_world import read

HEADER = "order_id,customer_id,amount,channel\n"
GOOD = "O1,C1,10.00,web\nO2,C2,20.00,shop\nO3,C3,30.00,\n"
GOOD_ROWS = [("O1", "C1", "10.00", "web"), ("O2", "C2", "20.00", "shop"), ("O3", "C3", "30.00", None)]
COLUMNS = ("order_id", "customer_id", "amount", "channel")
FOREIGN = HEADER + "O1,C1,10.00,Győr\n"


REJECTED: dict[str, tuple[str | bytes, dict[str, Any], list[str]]] = {
    "B01 header missing": (GOOD, {}, ["header is missing", "line 1", "orders", "add the header"]),
    "B02 required column renamed": (
        HEADER.replace("amount", "amuont") + GOOD,
        {},
        ['"amount" is missing', 'nearest in the file is "amuont"', "{amuont: amount}"],
    ),
    "B02 optional column renamed": (
        HEADER.replace("channel", "chanel") + GOOD,
        {},
        ['"chanel" is not in the contract', '"channel" is missing', "{chanel: channel}"],
    ),
    "B04 duplicate column": (HEADER.replace("channel", "amount") + GOOD, {}, ['"amount" stands twice']),
    "B04 duplicate column in other letters": (
        HEADER.replace("channel", "Order ID") + GOOD,
        {},
        ['"Order ID" stands twice'],
    ),
    "B06 required column missing": (
        "order_id,customer_id\nO1,C1\n",
        {},
        ["the file has the columns ", 'required column "amount" is missing', "add it"],
    ),
    "B07 0 bytes": (b"", {}, ["0 bytes"]),
    "B08 header only": (HEADER, {}, ["a header and no rows", "may_be_empty"]),
    "B09 cut in mid-row": (HEADER + GOOD + "O4,C4,4", {}, ["cut off", "line 5"]),
    "B09 cut inside quotes": (HEADER + GOOD + 'O4,C4,40.00,"we', {}, ["line 5"]),
    "B10 foreign encoding": (FOREIGN.encode("cp1250"), {}, ["line 2", "0xF5", "not utf-8", "declare its encoding"]),
    "B10 other than declared": (FOREIGN.encode(), {"encoding": "cp1250"}, ["it is UTF-8, but cp1250 is declared"]),
    "B10 cp1250 declared as iso-8859-2": (
        (HEADER + "O1,C1,1,\u201eweb\u201d\n").encode("cp1250"),
        {"encoding": "iso-8859-2"},
        ["line 2", "0x84", "most likely cp1250"],
    ),
    "B11 UTF-16 undeclared": ((HEADER + GOOD).encode("utf-16"), {}, ["it is UTF-16", "declare encoding: utf-16"]),
    "B11 UTF-16 without mark": ((HEADER + GOOD).encode("utf-16-le"), {}, ["it is UTF-16"]),
    "B17 unclosed quote": (HEADER + 'O1,C1,10.00,"web\nO2,C2,20.00,shop\nO3,C3,1,x\n', {}, ["quote opened on line 2"]),
    "B17 unclosed quote closed by another": (
        HEADER + "O0,C0,1,x\n" + 'O1,C1,10.00,"web\nO2,C2,20.00,"shop"\nO3,C3,1,x\n',
        {},
        ["quote opened on line 3"],
    ),
}


@pytest.mark.parametrize("case", REJECTED)
def test_rejects_the_file(case: str, tmp_path: Path) -> None:
    content, spec, words = REJECTED[case]
    with pytest.raises(FileRejectedError) as error:
        read(tmp_path, content, **spec)
    for word in words:
        assert word in str(error.value)


ACCEPTED: dict[str, tuple[str | bytes, dict[str, Any]]] = {
    "B03 columns reordered": (
        "channel,amount,customer_id,order_id\nweb,10.00,C1,O1\nshop,20.00,C2,O2\n,30.00,C3,O3\n",
        {},
    ),
    "B05 extra column": (HEADER.replace("\n", ",fax\n") + GOOD.replace("\n", ",1\n"), {}),
    "B10 cp1250 declared": ((HEADER + GOOD).encode("cp1250"), {"encoding": "cp1250"}),
    "B11 UTF-16 declared": ((HEADER + GOOD).encode("utf-16"), {"encoding": "utf-16"}),
    "B12 BOM": ((HEADER + GOOD).encode("utf-8-sig"), {}),
    "B13 CRLF": ((HEADER + GOOD).replace("\n", "\r\n"), {}),
    "B13 lone CR": ((HEADER + GOOD).replace("\n", "\r"), {}),
    "B13 mixed line ends": (HEADER + GOOD.replace("\n", "\r\n", 1).replace("shop\n", "shop\r"), {}),
    "B13 blank lines": ("\n" + HEADER + "\n" + GOOD.replace("\n", "\n\n"), {}),
    "no line end at the end": ((HEADER + GOOD.replace("30.00,\n", "30.00,")), {}),
    "semicolons, detected": ((HEADER + GOOD).replace(",", ";"), {}),
    "tabs, by format": ((HEADER + GOOD).replace(",", "\t"), {"format": "tsv"}),
    "tabs, declared": ((HEADER + GOOD).replace(",", "\t"), {"separator": "\t"}),
    "B22 header in capitals and spaces": (
        HEADER.replace("order_id", " ORDER ID ").replace("amount", "Amount") + GOOD,
        {},
    ),
    "foreign header, mapped": (HEADER.replace("amount", "Összeg") + GOOD, {"columns": {"összeg": "amount"}}),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepts_the_file(case: str, tmp_path: Path) -> None:
    content, spec = ACCEPTED[case]
    reading = read(tmp_path, content, **spec)
    assert reading.values(*COLUMNS) == GOOD_ROWS
    assert reading.records == ["1", "2", "3"]
    assert reading.unparsed == []


QUARANTINED: dict[str, tuple[str, int, str]] = {
    "B14 NUL": ("O9,C9,9.00,w\0b", 3, "NUL"),
    "B15 short row": ("O9,C9", 3, "2 values where the header has 4"),
    "B16 long row": ("O9,C9,9.00,web,more", 3, "5 values where the header has 4"),
    "B16 long row with empty surplus": ("O9,C9,9.00,web,,", 3, "6 values where the header has 4"),
    "text after a quote": ('O9,C9,"9.00"x,web', 3, "text after a closing quote"),
}


@pytest.mark.parametrize("case", QUARANTINED)
def test_puts_the_line_aside_and_leaves_its_neighbours_alone(case: str, tmp_path: Path) -> None:
    line, number, reason = QUARANTINED[case]
    first, second, third = GOOD.splitlines()
    reading = read(tmp_path, HEADER + "\n".join([first, line, second, third]) + "\n")
    assert reading.values(*COLUMNS) == GOOD_ROWS
    assert reading.records == ["1", "3", "4"]
    [(at, why, text)] = reading.unparsed
    assert (at, text) == (number, line.replace("\0", "\u2400"))
    assert reason in why


def test_b05_extra_column_is_named_in_a_note(tmp_path: Path) -> None:
    content, _ = ACCEPTED["B05 extra column"]
    assert read(tmp_path, content).notes == ('column "fax" is not in the contract and is left out',)


def test_b02_a_mapped_header_that_is_not_in_the_file_is_named_in_a_note(tmp_path: Path) -> None:
    reading = read(tmp_path, "order_id,customer_id,amount\nO1,C1,1\n", columns={"Kanal": "channel"})
    assert reading.notes == ('column "Kanal", mapped in config/sources.yml, is not in the file',)


def test_b08_header_only_is_read_when_it_may_be_empty(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER, may_be_empty=True).rows == []


def test_b18_newline_in_quotes_stays_in_the_value(tmp_path: Path) -> None:
    reading = read(tmp_path, HEADER + 'O1,C1,10.00,"web\nshop"\nO2,C2\nO3,C3,30.00,"say ""hi"""\n')
    assert reading.values("order_id", "channel") == [("O1", "web\nshop"), ("O3", 'say "hi"')]
    assert [line for line, _, _ in reading.unparsed] == [4]


def test_b22_values_stay_as_they_came(tmp_path: Path) -> None:
    reading = read(tmp_path, HEADER + '007, c1 ,"1 000,50",WEB\n')
    assert reading.values(*COLUMNS) == [("007", " c1 ", "1 000,50", "WEB")]


def test_b36_a_comment_of_10_mb_is_a_value(tmp_path: Path) -> None:
    comment = "x" * 10_000_000
    reading = read(tmp_path, HEADER + f"O1,C1,1,{comment}\nO2,C2,2,<script>\n")
    assert reading.values("order_id", "channel") == [("O1", comment), ("O2", "<script>")]
