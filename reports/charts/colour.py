"""Colour arithmetic: sRGB ↔ CIE L*a*b* (D65) and WCAG contrast. Keep out: chosen colours (palette.py)."""

from __future__ import annotations

from math import cos, sin

# sRGB primaries, IEC 61966-2-1; white point D65.
_TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_FROM_XYZ = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_WHITE = (0.95047, 1.0, 1.08883)


def to_rgb(hexadecimal: str) -> tuple[float, float, float]:
    """#rrggbb as three channels 0–1."""
    red, green, blue = (int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def to_hex(channels: tuple[float, float, float]) -> str:
    """Three channels 0–1 as #RRGGBB; values outside are cut."""
    return "#" + "".join(f"{round(min(1.0, max(0.0, channel)) * 255):02X}" for channel in channels)


def luminance(hexadecimal: str) -> float:
    """Relative luminance 0–1 (WCAG 2.2)."""
    return sum(weight * _linear(channel) for weight, channel in zip(_TO_XYZ[1], to_rgb(hexadecimal), strict=True))


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio, 1–21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def to_lab(hexadecimal: str) -> tuple[float, float, float]:
    """L* 0–100, a*, b*."""
    linear = [_linear(channel) for channel in to_rgb(hexadecimal)]
    x, y, z = (
        _lab_curve(sum(m * c for m, c in zip(row, linear, strict=True)) / white)
        for row, white in zip(_TO_XYZ, _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def from_lch(lightness: float, chroma: float, hue: float) -> str:
    """The sRGB colour of this lightness and hue (radians) whose chroma is at most the asked one."""
    for percent in range(100, -1, -4):
        channels = _lab_to_rgb(lightness, chroma * percent / 100 * cos(hue), chroma * percent / 100 * sin(hue))
        if all(-0.0005 <= channel <= 1.0005 for channel in channels):
            return to_hex(channels)
    return to_hex(_lab_to_rgb(lightness, 0, 0))


def _lab_to_rgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    y = (lightness + 16) / 116
    xyz = [_lab_uncurve(part) * white for part, white in zip((y + a / 500, y, y - b / 200), _WHITE, strict=True)]
    red, green, blue = (_gamma(sum(m * c for m, c in zip(row, xyz, strict=True))) for row in _FROM_XYZ)
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _lab_curve(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116


def _lab_uncurve(part: float) -> float:
    return part**3 if part**3 > 216 / 24389 else (116 * part - 16) * 27 / 24389
