"""A canvas that writes SVG: a handful of shapes, and text set at its measured position.

Add here: a shape that two charts need. Keep out: scales and data (axis.py, the charts).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from reports.charts.chart import NO_DATA, Chart, DataTable
from reports.charts.typeface import text_width

Point = tuple[float, float]
FAMILY = "Holdfast Sans"


def number(value: float) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Canvas:
    """A drawing of `width` × `height` pt, y down. Shapes come out in the order they were put in."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(self, start: Point, end: Point, colour: str, width: float = 0.6, dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        coordinates = " ".join(
            f'{name}="{number(value)}"' for name, value in zip(("x1", "y1", "x2", "y2"), (*start, *end), strict=True)
        )
        self._parts.append(f'<line {coordinates} stroke="{colour}" stroke-width="{number(width)}"{dashed}/>')

    def polyline(self, points: Sequence[Point], colour: str, width: float = 1.5, dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="M{_path(points)}" fill="none" stroke="{colour}" stroke-width="{number(width)}"'
            f' stroke-linejoin="round" stroke-linecap="round"{dashed}/>'
        )

    def area(self, points: Sequence[Point], colour: str) -> None:
        self._parts.append(f'<path d="M{_path(points)}Z" fill="{colour}"/>')

    def rect(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self._parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" fill="{colour}"/>'
        )

    def dot(self, centre: Point, radius: float, colour: str, ring: str = "") -> None:
        ringed = f' stroke="{ring}" stroke-width="1"' if ring else ""
        self._parts.append(
            f'<circle cx="{number(centre[0])}" cy="{number(centre[1])}" r="{number(radius)}" fill="{colour}"{ringed}/>'
        )

    def text(
        self, at: Point, content: str, size: float, colour: str, weight: int = 400, align: str = "start"
    ) -> tuple[float, float]:
        """Text on a baseline; align start, middle or end of `at`. Returns its left and right edge."""
        width = text_width(content, size, weight)
        left = at[0] - {"start": 0.0, "middle": width / 2, "end": width}[align]
        self._parts.append(
            f'<text x="{number(left)}" y="{number(at[1])}" font-family="{FAMILY}" font-size="{number(size)}"'
            f' font-weight="{weight}" fill="{colour}">{escape(content)}</text>'
        )
        return left, left + width

    def finished(self, alt: str, data: DataTable = NO_DATA) -> Chart:
        """The drawing as a Chart, with the table it was drawn from."""
        width, height = number(self.width), number(self.height)
        body = "".join(self._parts)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt"'
            f' viewBox="0 0 {width} {height}">{body}</svg>'
        )
        return Chart(svg, self.width, self.height, alt, data)


def _path(points: Iterable[Point]) -> str:
    return "L".join(f"{number(x)} {number(y)}" for x, y in points)
