"""docs/metrics.md as data: its blocks, and the keys it explains once.

Add here: a line a block may have. Keep out: what must be listed (tests/conventions/test_metrics_docs.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import PROJECT_ROOT

FILE = PROJECT_ROOT / "docs" / "metrics.md"
LINES = ("Formula", "Grain", "Edge cases", "Model", "Columns", "Tests")


@dataclass(frozen=True)
class Metric:
    """One block: its heading, its lines by name, and the code names they hold."""

    name: str
    sentence: str
    lines: dict[str, str]

    @property
    def model(self) -> str:
        return _codes(self.lines["Model"])[0]

    @property
    def columns(self) -> tuple[str, ...]:
        return _codes(self.lines["Columns"])

    @property
    def tests(self) -> tuple[str, ...]:
        return _codes(self.lines["Tests"])


def _codes(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", text))


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        body = re.split(r"^## |^<!--", part, flags=re.MULTILINE)[0]
        heading, *rest = body.strip().split("\n")
        yield heading.strip(), [line for line in rest if line.strip()]


def read_metrics(file: Path = FILE) -> list[Metric]:
    """Every block that names a model, in the order of the document."""
    found = []
    for heading, body in _blocks(file.read_text(encoding="utf-8")):
        text = re.sub(r"\n(?!- )", " ", "\n".join(body))
        lines = dict(re.findall(r"^- ([A-Z][a-z ]+): (.+)$", text, re.MULTILINE))
        if "Model" in lines:
            found.append(Metric(heading, text.split("\n")[0], lines))
    return found


def read_keys(file: Path = FILE) -> frozenset[str]:
    """The columns that the section on conventions explains once, for all models."""
    conventions = re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    return frozenset(_codes("\n".join(line for line in conventions.split("\n") if line.startswith("| `"))))
