"""One report: marts and run in, PDF, mail bodies and picture out.

Add here: a page (LOADERS). Keep out: figures, words, and anything about how a page looks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from reports.attachments import attachments_of
from reports.charts.chart import Chart
from reports.charts.palette import palette_for
from reports.context.cohorts import load_cohorts
from reports.context.cover import load_cover
from reports.context.data import load_data
from reports.context.loyalty import load_loyalty
from reports.context.reasons import load_reasons
from reports.context.restated import is_restated, restated_keys
from reports.context.retention import load_retention
from reports.context.revenue import load_revenue
from reports.context.risk import RiskContext, load_risk
from reports.context.satisfaction import load_satisfaction
from reports.context.service import load_service
from reports.mail import compose_mail
from reports.marts import Marts, open_marts
from reports.narrative.labels import filter_label
from reports.render import TEMPLATES_DIR, Layout, lay_out, pdf_date, picture_of
from reports.run import BuiltReport, ReportError, ReportRun
from reports.running import foot
from reports.text import Text, text_for
from reports.workbook import workbook_bytes


class Page(Protocol):
    """What every page's context has; the rest is its own."""

    @property
    def page_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def headline(self) -> str: ...
    @property
    def standfirst(self) -> str: ...
    @property
    def charts(self) -> Mapping[str, Chart]: ...


# Cover and data stand apart: the data page names the pages that were left out.
_BODY: Mapping[str, Any] = {
    "retention": load_retention,
    "cohorts": load_cohorts,
    "revenue": load_revenue,
    "reasons": load_reasons,
    "risk": load_risk,
    "satisfaction": load_satisfaction,
    "loyalty": load_loyalty,
    "service": load_service,
}

# These never start wide: their text is longer than a sheet in some language, and one that runs over costs a second
# layout of the whole report, 40 % of the time the demo's takes (benchmarks/report.py, November 2026).
_ALWAYS_CLOSE = ("retention", "cohorts", "data")


def build_report(run: ReportRun, marts: Path, out_dir: Path) -> BuiltReport:
    """Writes <audience>.pdf, .mail.html, .mail.txt and .png into out_dir, each in one step (temporary name, rename).

    And <audience>.xlsx, the list of customers at risk, where the run asks for it and somebody is on it.

    Equal run and marts give equal bytes. Raises ReportError when a model is missing or the renderer warns.
    """
    watch = _Watch()
    text = text_for(run.language, run.base_currency)
    with open_marts(marts, run) as opened:
        pages = load_pages(opened, run, text)
    watch.lap("figures")
    layout = lay_out_pages(run, text, pages)
    watch.lap("layout")
    content = layout.pdf()
    watch.lap("pdf")
    mail = compose_mail(run, text, pages)
    picture = picture_of(content)
    watch.lap("mail")
    names = {
        ".pdf": content,
        ".mail.html": mail.html.encode(),
        ".mail.txt": mail.text.encode(),
        ".png": picture,
    }
    workbook = at_risk_workbook(run, text, pages)
    if workbook is not None:
        names[".xlsx"] = workbook
    files = {suffix: _written(out_dir / f"{run.audience}{suffix}", content) for suffix, content in names.items()}
    return BuiltReport(
        audience=run.audience,
        language=run.language,
        pdf=files[".pdf"],
        pdf_sha256=hashlib.sha256(content).hexdigest(),
        page_count=layout.page_count,
        pages=tuple(page.page_id for page in pages),
        headline=pages[0].headline,
        subject=mail.subject,
        html_body=files[".mail.html"],
        text_body=files[".mail.txt"],
        picture=files[".png"],
        key_figures=mail.key_figures,
        seconds=MappingProxyType(watch.laps),
        workbook=files.get(".xlsx"),
    )


def load_pages(marts: Marts, run: ReportRun, text: Text) -> tuple[Page, ...]:
    """The contexts of the pages that the run asks for and that have data, in the run's order.

    Raises ReportError when not one page has data.
    """
    found: dict[str, Page | None] = {name: load(marts, run, text) for name, load in _BODY.items() if name in run.pages}
    left_out = tuple(name for name in run.pages if name in found and found[name] is None)
    if "data" in run.pages:
        found["data"] = load_data(marts, run, text, left_out)
    if "cover" in run.pages:
        found["cover"] = load_cover(marts, run, text)
    pages = tuple(page for name in run.pages if (page := found.get(name)) is not None)
    if not pages:
        raise ReportError(f"audience {run.audience}: no page of {', '.join(run.pages)} has data for {run.month}")
    return pages


def at_risk_workbook(run: ReportRun, text: Text, pages: Sequence[Page]) -> bytes | None:
    """The workbook of page risk; None where it is not asked for, or nobody is at risk."""
    risk = next((page for page in pages if isinstance(page, RiskContext)), None)
    if not run.attach_xlsx or risk is None or not risk.list.lines:
        return None
    return workbook_bytes(run, text, risk.list.lines, filter_label(text, run.filter))


def lay_out_pages(run: ReportRun, text: Text, pages: Sequence[Page]) -> Layout:
    """The report set in pages. A section that runs over its page is set closer, and the report laid out once more.

    A page with a long list says itself how many sheets it is made for (`sheets`).
    """
    charts = {f"{page.page_id}/{name}": chart for page in pages for name, chart in page.charts.items()}
    attached = attachments_of(pages)
    meant = {page.page_id: getattr(page, "sheets", 1) for page in pages}
    close = tuple(name for name in _ALWAYS_CLOSE if meant.get(name, 1) == 1)
    layout = lay_out(document_html(run, text, pages, close), charts, attached, run.as_of, run.logo)
    long = tuple(n for n, count in layout.pages_of.items() if count > meant.get(n, 1) and n not in close)
    if long:
        layout = lay_out(document_html(run, text, pages, (*close, *long)), charts, attached, run.as_of, run.logo)
    return layout


def document_html(run: ReportRun, text: Text, pages: Sequence[Page], close_set: Collection[str] = ()) -> str:
    """The whole document as HTML; the sections named in close_set are set closer."""
    shown = {page.page_id for page in pages}
    month, corrected = text.f.month(run.month_start), restated_keys(run)
    return _templates().get_template("base/report.html.j2").render(
        run=run,
        f=text.f,
        _=text.gettext,
        ngettext=text.ngettext,
        pages=pages,
        close_set=close_set,
        left_out=tuple(name for name in run.pages if name not in shown),
        is_corrected=lambda figure: is_restated(figure, corrected),
        palette_css=palette_for(run.accent).css(),
        created=pdf_date(run.as_of),
        document_title=text.gettext("Customer retention report, {month}: {title}", month=month, title=run.title),
        running_report=text.gettext("Customer retention report · {month}", month=month),
        running_foot=foot(text, run),
    )  # fmt: skip


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        autoescape=select_autoescape(["html.j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    return part.replace(path)


class _Watch:
    """Seconds per step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name], self._last = round(now - self._last, 3), now
