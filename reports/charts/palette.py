"""The colours of a report: the house's own, or those made from an audience's accent.

Add here: a role a colour plays. Keep out: colour arithmetic (colour.py).

Everything made from an accent has a fixed lightness, so that contrast holds whatever the accent is: text 4.6 : 1
on every step of the heat ramp, neighbouring areas of a chart 20 L* apart, the accent itself 4.6 : 1 on white.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import atan2, hypot

from reports.charts.colour import contrast, from_lch, to_lab

INK = "#14212E"
MUTED = "#566272"
MISS = "#C2410C"
GREY = "#9AA5B1"
HAIRLINE = "#DCE2E8"
NAVY = "#0A2E44"
ACCENT = "#0B5C8A"
WHITE = "#FFFFFF"

# L* of the nine heat steps: between 5 and 6 the text turns from ink to white; no step lies in the zone (50–59)
# where neither reaches 4.6 : 1.
_HEAT_LIGHTNESS = (96, 90, 83, 75, 64, 48.5, 39, 29, 17)
_HEAT_CHROMA = (0.12, 0.30, 0.45, 0.60, 0.80, 1.0, 1.0, 0.85, 0.60)
# The house's own ramp is chosen by eye on the same lightness: L*a*b* turns light blues towards violet.
_HOUSE_HEAT = (
    "#EEF4FA", "#D6E6F1", "#B9D5E8", "#9AC1DB", "#6BA1C5", "#2F78A9", "#175F8D", "#0E4669", "#0A2E44",
)  # fmt: skip
_HOUSE_SOFT, _HOUSE_TINT = "#5F9CC0", "#D0E3EF"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role, each #RRGGBB. `soft` stands between accent and tint and is 20 L* from both."""

    accent: str
    soft: str
    tint: str
    navy: str
    heat: tuple[str, ...]
    on_heat: tuple[str, ...]
    ink: str = INK
    muted: str = MUTED
    miss: str = MISS
    miss_tint: str = "#F5D9CB"
    grey: str = GREY
    hairline: str = HAIRLINE

    def css(self) -> str:
        """The same colours as CSS custom properties."""
        names = ("ink", "muted", "accent", "soft", "tint", "navy", "miss", "miss_tint", "grey", "hairline")
        pairs = [(name.replace("_", "-"), getattr(self, name)) for name in names]
        for step, (ground, text) in enumerate(zip(self.heat, self.on_heat, strict=True), start=1):
            pairs += [(f"heat-{step}", ground), (f"on-heat-{step}", text)]
        return ";".join(f"--{name}:{value}" for name, value in pairs)


@cache
def palette_for(accent: str | None) -> Palette:
    """The palette of an accent (#rrggbb), None for the house's. Too light an accent is darkened to 4.6 : 1."""
    lightness, a, b = to_lab(accent or ACCENT)
    chroma, hue = hypot(a, b), atan2(b, a)
    main = (accent or ACCENT).upper()
    while contrast(main, WHITE) < 4.6:
        lightness -= 1
        main = from_lch(lightness, chroma, hue)
    heat = (
        _HOUSE_HEAT
        if accent is None
        else tuple(
            from_lch(step, max(chroma, 12) * part, hue)
            for step, part in zip(_HEAT_LIGHTNESS, _HEAT_CHROMA, strict=True)
        )
    )
    on_heat = tuple(INK if contrast(INK, ground) > contrast(WHITE, ground) else WHITE for ground in heat)
    return Palette(
        accent=main,
        soft=_HOUSE_SOFT if accent is None else from_lch(63, chroma * 0.85, hue),
        tint=_HOUSE_TINT if accent is None else from_lch(89, chroma * 0.35, hue),
        navy=NAVY if accent is None else from_lch(18, chroma * 0.7, hue),
        heat=heat,
        on_heat=on_heat,
    )
