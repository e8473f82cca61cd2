"""Every sheet looks as it was accepted (`./run gallery --accept`), and a change of one word is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.gallery import gallery
from tests.gallery.conftest import EVERY_REPORT, ReportOf
from tests.gallery.drawing import REFERENCE_SCALE, Drawn, looks_alike, reference_of
from tests.gallery.gallery import REFERENCES, accept, changed_sheets
from tests.integration.report_numbers.reading import Page

MOST_BYTES = 3_000_000


def drawn_of(page: Page) -> Drawn:
    """The report of a page read back, to be drawn."""
    return Drawn(page.run, page.contexts, page.layout, page.content, page.mail)


@pytest.mark.pipeline
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("name", "language"), EVERY_REPORT)
def test_every_sheet_looks_as_accepted(report_of: ReportOf, name: str, language: str) -> None:
    changed = changed_sheets(name, drawn_of(report_of(name, language)))
    assert changed == [], f"look at them (./run gallery --world {name} --language {language}), then --accept"


def test_the_accepted_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in REFERENCES.glob("*.png")) < MOST_BYTES


def sheet(*words: str) -> Image.Image:
    """A white sheet with a word to a line."""
    picture = Image.new("RGB", (298, 421), "white")
    for line, word in enumerate(words):
        ImageDraw.Draw(picture).text((20, 20 + 12 * line), word, fill="#14212E")
    return picture


def test_a_lost_word_is_seen() -> None:
    whole, lost = (reference_of(sheet("Revenue", *rest)) for rest in (("stayed",), ()))
    assert looks_alike(whole, whole)
    assert not looks_alike(whole, lost)


def test_another_colour_is_seen() -> None:
    one, other = (Image.new("RGB", (298, 421), "white") for _ in range(2))
    for picture, colour in ((one, "#0B5C8A"), (other, "#C2410C")):
        ImageDraw.Draw(picture).rectangle((10, 10, 30, 20), fill=colour)
    assert not looks_alike(reference_of(one), reference_of(other))


def test_another_size_is_seen() -> None:
    assert not looks_alike(reference_of(sheet("a")), reference_of(sheet("a").resize((300, 421))))


@pytest.mark.pipeline
@pytest.mark.timeout(1800)
def test_accepting_takes_what_is_there_and_drops_what_is_not(
    report_of: ReportOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(gallery, "REFERENCES", tmp_path)
    drawn = drawn_of(report_of("empty", "en"))
    stale = tmp_path / "empty-en-gone.png"
    stale.write_bytes(b"")
    assert {stale.name, "empty-en-cover.png"} <= set(changed_sheets("empty", drawn))
    accept("empty", drawn)
    assert changed_sheets("empty", drawn) == []
    assert not stale.exists()
    assert len(list(tmp_path.iterdir())) == len(drawn.sheets) == len(drawn.pictures(REFERENCE_SCALE))
