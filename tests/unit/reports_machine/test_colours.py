"""Contrast and lightness of every palette, whatever the accent."""

from __future__ import annotations

from itertools import pairwise

import pytest

from reports.charts.colour import contrast, from_lch, to_hex, to_lab, to_rgb
from reports.charts.palette import GREY, INK, MISS, MUTED, WHITE, palette_for

ACCENTS = (None, "#1B7F3B", "#E8A200", "#FFFFFF", "#000000", "#7A1FA2", "#FFFF00", "#808080")


def test_known_contrasts() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_lab_of_known_colours() -> None:
    assert to_lab("#FFFFFF") == pytest.approx((100, 0, 0), abs=0.05)
    assert to_lab("#FF0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.05)


def test_hex_and_back() -> None:
    assert to_hex(to_rgb("#0B5C8A")) == "#0B5C8A"


def test_a_colour_of_impossible_chroma_keeps_its_lightness() -> None:
    assert to_lab(from_lch(50, 200, 1.0))[0] == pytest.approx(50, abs=0.6)


@pytest.mark.parametrize("accent", ACCENTS)
def test_text_is_readable_on_every_heat_step(accent: str | None) -> None:
    palette = palette_for(accent)
    assert [contrast(a, b) >= 4.6 for a, b in zip(palette.heat, palette.on_heat, strict=True)] == [True] * 9


@pytest.mark.parametrize("accent", ACCENTS)
def test_heat_gets_darker_step_by_step(accent: str | None) -> None:
    lightness = [to_lab(step)[0] for step in palette_for(accent).heat]
    assert lightness == sorted(lightness, reverse=True)
    assert min(a - b for a, b in pairwise(lightness)) > 4


@pytest.mark.parametrize("accent", ACCENTS)
def test_the_accent_is_readable_as_text(accent: str | None) -> None:
    palette = palette_for(accent)
    assert contrast(palette.accent, WHITE) >= 4.6
    assert contrast(palette.navy, WHITE) >= 7


@pytest.mark.parametrize("accent", (None, "#1B7F3B", "#7A1FA2"))
def test_touching_areas_differ_by_twenty_in_lightness(accent: str | None) -> None:
    palette = palette_for(accent)
    accent_l, soft, tint = (to_lab(colour)[0] for colour in (palette.accent, palette.soft, palette.tint))
    assert soft - accent_l >= 15
    assert tint - soft >= 20


def test_text_colours_are_readable_on_white() -> None:
    assert contrast(INK, WHITE) >= 7
    assert contrast(MUTED, WHITE) >= 4.6
    assert contrast(MISS, WHITE) >= 4.6
    assert to_lab(GREY)[0] < 75


def test_css_names_every_colour() -> None:
    css = palette_for(None).css()
    assert all(f"--heat-{step}:" in css and f"--on-heat-{step}:" in css for step in range(1, 10))
    assert "--miss-tint:" in css
