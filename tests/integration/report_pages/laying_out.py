"""A report before it is written, made from a company's published marts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reports.build import Page, lay_out_pages, load_pages
from reports.marts import open_marts
from reports.render import Layout
from reports.run import ReportRun
from reports.text import text_for


@dataclass(frozen=True)
class Report:
    """A report before it is written: its contexts, its pages, and the file."""

    pages: tuple[Page, ...]
    layout: Layout
    content: bytes


def make(run: ReportRun, marts: Path) -> Report:
    """The report of a run."""
    text = text_for(run.language, run.base_currency)
    with open_marts(marts, run) as opened:
        pages = load_pages(opened, run, text)
    layout = lay_out_pages(run, text, pages)
    return Report(pages, layout, layout.pdf())
