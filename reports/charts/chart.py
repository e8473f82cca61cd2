"""What a drawing function hands back. Keep out: data, and anything about a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of `width` × `height` pt; `alt` says its finding in a sentence."""

    svg: str
    width: float
    height: float
    alt: str
