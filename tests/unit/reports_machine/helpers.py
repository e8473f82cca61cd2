"""What the tests of the report's machine share: figures without a mart, and a drawing read back from its SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from reports.charts.chart import Chart
from reports.charts.typeface import text_width
from reports.figures import Figure, Source, Value

SVG = "{http://www.w3.org/2000/svg}"


def figure(value: Value) -> Figure:
    """A figure that came from nowhere."""
    return Figure(value, Source("test", "value", ()))


@dataclass(frozen=True)
class Label:
    """A text of a drawing and the box it takes, in pt."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    colour: str

    def touches(self, other: Label) -> bool:
        """Whether the two boxes overlap."""
        across = self.left < other.right - 0.1 and other.left < self.right - 0.1
        return across and self.top < other.bottom - 0.1 and other.top < self.bottom - 0.1


def elements(chart: Chart, name: str) -> list[ElementTree.Element]:
    """The drawing's elements of one kind, in drawing order."""
    return ElementTree.fromstring(chart.svg).findall(f"{SVG}{name}")


def labels(chart: Chart) -> list[Label]:
    """Every text with its box: cap height above the baseline, a fifth of the size below."""
    found = []
    for element in elements(chart, "text"):
        size, weight = float(element.attrib["font-size"]), int(element.attrib["font-weight"])
        left, base = float(element.attrib["x"]), float(element.attrib["y"])
        text = element.text or ""
        wide = text_width(text, size, weight)
        found.append(Label(text, left, left + wide, base - size * 0.75, base + size * 0.2, element.attrib["fill"]))
    return found


def numbers(path: str) -> list[float]:
    """All coordinates of a path."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


def inside(chart: Chart) -> bool:
    """Whether every text and rectangle lies within the drawing."""
    for label in labels(chart):
        if (
            label.left < -0.1
            or label.right > chart.width + 0.1
            or label.top < -0.1
            or label.bottom > chart.height + 0.1
        ):
            return False
    for rect in elements(chart, "rect"):
        x, y, wide, tall = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        if x < -0.1 or y < -0.1 or x + wide > chart.width + 0.1 or y + tall > chart.height + 0.1 or tall < 0:
            return False
    return True


def overlaps(chart: Chart) -> list[tuple[str, str]]:
    """Pairs of texts that run into each other."""
    found = labels(chart)
    return [(a.text, b.text) for at, a in enumerate(found) for b in found[at + 1 :] if a.touches(b)]
