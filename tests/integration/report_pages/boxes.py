"""Where the texts and pictures of a laid out page stand, read from the renderer's own boxes. Lengths in pt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.render import Layout

PT = 0.75  # the renderer counts in CSS pixels
PAGE_WIDTH, PAGE_HEIGHT = 595.3, 841.9
LEFT, RIGHT, TOP, BOTTOM = 51.0, 544.3, 70.9, 788.0


@dataclass(frozen=True)
class Placed:
    """A text or picture on a page."""

    what: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Placed) -> bool:
        """Whether the two share an area of more than a hair."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.6 and down > 1.2


def placed_on(layout: Layout, page: int) -> list[Placed]:
    """The texts and pictures of the page's body, page from 0; running header and footer are left out."""
    box = layout._document.pages[page]._page_box
    return [item for child in box.children if type(child).__name__ != "MarginBox" for item in _items(child)]


def filled_to(layout: Layout, page: int) -> float:
    """The share of the page's body, from its top, that has something in it."""
    return (max(item.bottom for item in placed_on(layout, page)) - TOP) / (BOTTOM - TOP)


def outsiders(layout: Layout) -> list[tuple[int, Placed]]:
    """What stands outside the place a sheet's body has, with the sheet's number; the cover's band may, its text not."""
    return [
        (page + 1, item)
        for page in range(layout.page_count)
        for item in placed_on(layout, page)
        if item.left < LEFT - 0.6 or item.right > RIGHT + 0.6 or item.bottom > BOTTOM + 0.6
    ]


def collisions(layout: Layout) -> list[tuple[int, str, str]]:
    """The pairs of texts or pictures that lie upon each other, running lines included, with the sheet's number."""
    found = []
    for page in range(layout.page_count):
        items = [*placed_on(layout, page), *running_on(layout, page)]
        found += [(page + 1, a.what, b.what) for at, a in enumerate(items) for b in items[at + 1 :] if a.touches(b)]
    return found


def running_on(layout: Layout, page: int) -> list[Placed]:
    """The running header and footer of a sheet."""
    box = layout._document.pages[page]._page_box
    return [item for child in box.children if type(child).__name__ == "MarginBox" for item in _items(child)]


def squeezed(layout: Layout) -> list[tuple[int, str]]:
    """Texts of table cells that are wider than their cell and not cut with an ellipsis, with the sheet's number."""
    found = []
    for page in range(layout.page_count):
        for cell in _cells(layout._document.pages[page]._page_box):
            right = (cell.position_x + cell.border_width()) * PT
            texts = list(_items(cell))
            found += [(page + 1, item.what) for item in texts if item.right > right + 0.6]
            found += [(page + 1, item.what) for item in texts if item.left < cell.position_x * PT - 0.6]
    return found


def _cells(box: Any) -> Iterator[Any]:
    box = getattr(box, "_box", box)
    if type(box).__name__ == "TableCellBox":
        yield box
        return
    for child in getattr(box, "children", None) or ():
        yield from _cells(child)


Clip = tuple[float, float]


def _items(box: Any, hidden: bool = False, clip: Clip = (-1e9, 1e9)) -> Iterator[Placed]:
    box = getattr(box, "_box", box)
    kind = type(box).__name__
    hidden = hidden or "unseen" in (getattr(box.element, "attrib", None) or {}).get("class", "").split()
    if not hidden and kind == "TextBox" and box.text.strip():
        # The line's height holds the leading; the letters take the middle of it.
        size = box.style["font_size"]
        middle = box.position_y + box.height / 2
        yield _placed(box.text, _cut(box.position_x, box.width, clip), middle - size * 0.42, size * 0.84)
    elif kind.endswith("ReplacedBox"):
        yield _placed("picture", _cut(box.position_x, box.width, clip), box.position_y, box.height)
    if box.style["overflow"] == "hidden" and kind != "TextBox":
        clip = (max(clip[0], box.position_x), min(clip[1], box.position_x + box.width))
    for child in getattr(box, "children", None) or ():
        yield from _items(child, hidden, clip)


def _cut(x: float, wide: float, clip: Clip) -> Clip:
    """What is seen of a line that an enclosing box cuts."""
    return max(x, clip[0]), min(x + wide, clip[1])


def _placed(what: str, across: Clip, y: float, tall: float) -> Placed:
    return Placed(what, across[0] * PT, y * PT, across[1] * PT, (y + tall) * PT)
