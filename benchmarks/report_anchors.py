"""Two other ways from a report's HTML to a PDF, as anchors: headless Chromium printing it, and Typst setting its parts.

Neither makes PDF/A-3a with tags of every table: they say how far from other tools the report's rendering is.
Typst reads no HTML: headings, paragraphs, tables and charts go over one by one, plainly, without the style sheet.
"""

from __future__ import annotations

import importlib.util
import resource
import shutil
import subprocess
import time
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from statistics import median

from reports.render import FONTS_DIR, STYLES_DIR

Anchor = dict[str, float | str]


def chromium_seconds(html: str, charts: Mapping[str, str], folder: Path, rounds: int) -> Anchor:
    """Seconds of a browser from its start to the file."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        return {"left_out": "chromium is not installed"}
    _write_charts(charts, folder)
    page, pdf = folder / "report.html", folder / "report.pdf"
    styles = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STYLES_DIR.glob("*.css")))
    styles = styles.replace("font:", f"{FONTS_DIR.as_uri()}/")
    for name in charts:
        html = html.replace(f"chart:{name}", f"{name.replace('/', '-')}.svg")
    page.write_text(html.replace("</head>", f"<style>{styles}</style></head>"), encoding="utf-8")
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--print-to-pdf={pdf}", page.as_uri()]
    return _timed(command, pdf, rounds)


def typst_seconds(html: str, charts: Mapping[str, str], folder: Path, rounds: int) -> Anchor:
    """Seconds of Typst in a process of its own; its wheel is no dependency (pip install typst)."""
    if importlib.util.find_spec("typst") is None:
        return {"left_out": "typst is not installed"}
    import sys

    _write_charts(charts, folder)
    source, pdf = folder / "report.typ", folder / "report.pdf"
    source.write_text(typst_source(html), encoding="utf-8")
    code = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]])"
    return _timed([sys.executable, "-c", code, str(source), str(pdf), str(FONTS_DIR)], pdf, rounds)


def _timed(command: list[str], pdf: Path, rounds: int) -> Anchor:
    spent = []
    for _ in range(rounds):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        spent.append((processor, time.perf_counter() - started))
    processor_times, wall_times = zip(*spent, strict=True)
    return {
        "processor_s": round(median(processor_times), 2),
        "wall_s": round(median(wall_times), 2),
        "kb": round(pdf.stat().st_size / 1e3),
    }


def _write_charts(charts: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in charts.items():
        (folder / f"{name.replace('/', '-')}.svg").write_text(svg, encoding="utf-8")


def typst_source(html: str) -> str:
    """The document's parts in order, as a Typst document."""
    reader = _Parts()
    reader.feed(html)
    reader.close()
    return '#set page("a4")\n#set text(font: "Holdfast Sans", size: 8pt)\n' + "\n".join(reader.lines) + "\n"


class _Parts(HTMLParser):
    """Reads headings, texts, tables and charts; one table within another does not occur."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._rows: list[list[str]] | None = None
        self._skipped = False
        self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped = tag in ("style", "title")
        self._heading = tag in ("h1", "h2", "h3")
        source = dict(attrs).get("src") or ""
        if tag == "section" and self.lines:
            self.lines.append("#pagebreak(weak: true)")
        elif tag == "table":
            self._rows = []
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append("")
        elif source.startswith("chart:"):
            self.lines.append(f'#image("{source.removeprefix("chart:").replace("/", "-")}.svg")')

    def handle_endtag(self, tag: str) -> None:
        self._skipped = self._heading = False
        if tag == "table" and self._rows is not None:
            rows = [row for row in self._rows if row]
            width = max((len(row) for row in rows), default=0)
            cells = [_literal(cell) for row in rows for cell in (*row, *[""] * (width - len(row)))]
            self.lines.append(f"#table(columns: {width}, {', '.join(cells)})" if width else "")
            self._rows = None

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words or self._skipped:
            return
        if self._rows and self._rows[-1]:
            self._rows[-1][-1] = f"{self._rows[-1][-1]} {words}".strip()
        else:
            self.lines.append(f"#heading({_literal(words)})" if self._heading else f"#par({_literal(words)})")


def _literal(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
