"""Measured text: the fonts are complete, and cutting and wrapping keep to the width."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from reports.charts.typeface import FONTS_DIR, SERIF, lines_needed, shortened, text_width, wrapped

LETTERS = "őűŐŰáéíóöúüłżęąśćńóźŁŻŚĆŃŹ−–…’„”€%+·Ft zł\u00a0\u202f"


@pytest.mark.parametrize("path", sorted(FONTS_DIR.glob("*.ttf")), ids=lambda path: path.name)
def test_every_font_has_the_letters_of_all_languages(path: object) -> None:
    with TTFont(path) as font:
        assert [letter for letter in LETTERS if ord(letter) not in font.getBestCmap()] == []


def test_the_licence_of_each_font_stands_beside_it() -> None:
    assert {path.name for path in FONTS_DIR.glob("*OFL.txt")} == {"Inter-OFL.txt", "SourceSerif4-OFL.txt"}
    assert all("SIL Open Font License" in path.read_text() for path in FONTS_DIR.glob("*OFL.txt"))


def test_width_grows_with_size_and_weight() -> None:
    assert text_width("Retention", 16) == pytest.approx(2 * text_width("Retention", 8))
    assert text_width("Retention", 8, 700) > text_width("Retention", 8, 400)
    assert text_width("", 8) == 0


def test_a_short_text_is_not_cut() -> None:
    assert shortened("Premium", 100, 8) == "Premium"


def test_a_long_text_is_cut_to_the_width() -> None:
    cut = shortened("Ügyfélkapcsolat-menedzsment " * 20, 60, 8)
    assert cut.endswith("…")
    assert text_width(cut, 8) <= 60


def test_wrapping_breaks_at_spaces_and_cuts_the_last_line() -> None:
    lines = wrapped("customers who returned after a very long pause", 50, 7, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(text_width(line, 7) <= 50 for line in lines)


def test_one_long_word_is_cut() -> None:
    assert wrapped("Megszentségteleníthetetlenségeskedéseitekért", 40, 7)[0].endswith("…")


def test_lines_are_counted_at_breakable_spaces_only() -> None:
    assert lines_needed("a b", text_width("a", 8) + 0.1, 8) == 2
    assert lines_needed("a\u00a0b", text_width("a", 8) + 0.1, 8) == 1
    assert lines_needed("one line", 500, 21, 600, SERIF) == 1
