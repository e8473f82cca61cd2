"""HTML to PDF: WeasyPrint with our fonts, our charts and nothing else within its reach.

Add here: an option of the rendering itself. Keep out: pages and data (build.py, context/), finishing touches to the
PDF file (finish.py).

Every log record of WARNING or above fails the render: a blocked fetch, a bad property and a missing glyph are only
logged by WeasyPrint.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from reports.attachments import Attachment
from reports.charts.chart import Chart
from reports.finish import finish
from reports.run import Logo, ReportError

TEMPLATES_DIR = Path(__file__).resolve().parent / "templates"
FONTS_DIR = TEMPLATES_DIR / "fonts"
STYLES_DIR = TEMPLATES_DIR / "styles"
# Under this address a page shows the audience's logo.
LOGO = "brand:logo"
# The identifier in the trailer is a hash of the content: equal content, equal bytes.
_OPTIONS: Mapping[str, Any] = {
    "pdf_variant": "pdf/a-3a",
    "pdf_tags": True,
    "pdf_identifier": True,
    "output_intent": "srgb",
}


class Layout:
    """A document set in pages, not written yet. `pages_of` says how many pages each section takes, by its id."""

    def __init__(self, document: Any, attachments: Sequence[Attachment] = (), dated: date | None = None) -> None:
        self._document, self._attachments, self._dated = document, attachments, dated
        self.page_count: int = len(document.pages)
        self.pages_of: Mapping[str, int] = _pages_by_section(document)

    def pdf(self) -> bytes:
        """The file. Raises ReportError for everything WeasyPrint warns of."""
        files = [_embedded(attachment, self._dated) for attachment in self._attachments]
        with _warnings_as_errors():
            content: bytes = self._document.write_pdf(finisher=finish, attachments=files, **_OPTIONS)
        return content


def lay_out(
    html: str,
    charts: Mapping[str, Chart],
    attachments: Sequence[Attachment] = (),
    dated: date | None = None,
    logo: Logo | None = None,
) -> Layout:
    """The pages of a document whose pictures are `charts` (name → Chart, shown as chart:<name>) and the logo (LOGO).

    attachments go into the file; `dated` is the day they carry, needed as soon as there are any.

    Raises ReportError for everything WeasyPrint warns of, and for every address that is not a chart of the report.
    """
    weasyprint = load_weasyprint()
    style, fonts = _style()
    resources = {f"chart:{name}": (chart.svg.encode(), "image/svg+xml") for name, chart in charts.items()}
    if logo is not None:
        resources[LOGO] = (logo.content, logo.media_type)
    fetcher = _fetcher(resources)
    with _warnings_as_errors():
        try:
            document = weasyprint.HTML(string=html, base_url="page:", url_fetcher=fetcher).render(
                stylesheets=[style], font_config=fonts, **_OPTIONS
            )
        except weasyprint.urls.FatalURLFetchingError as error:
            raise ReportError(str(error)) from error
    return Layout(document, attachments, dated)


def _embedded(attachment: Attachment, dated: date | None) -> Any:
    """WeasyPrint's own attachment. Without a day it would take the clock's, so there is none to fall back to."""
    if dated is None:
        raise ReportError(f"{attachment.name} cannot be attached: the report has no day to date it by")
    moment = datetime.combine(dated, time())
    return load_weasyprint().Attachment(
        file_obj=BytesIO(attachment.content),
        name=attachment.name,
        description=attachment.description,
        created=moment,
        modified=moment,
        relationship="Data",
    )


def _pages_by_section(document: Any) -> dict[str, int]:
    """Sections in order of their first page; a section reaches to the page before the next one's first."""
    first: dict[str, int] = {}
    for number, page in enumerate(document.pages):
        for anchor in page.anchors:
            first.setdefault(anchor, number)
    starts = sorted(first.items(), key=lambda item: item[1])
    ends = [*(start for _, start in starts), len(document.pages)][1:]
    return {name: end - start for (name, start), end in zip(starts, ends, strict=False)}


@cache
def load_weasyprint() -> Any:
    """WeasyPrint, imported under our own font configuration, which knows no system font.

    Raises ReportError when a system library is missing.
    """
    with _own_fonts(), warnings.catch_warnings():
        # It warns that the configuration names no fonts, which is the point of it.
        warnings.filterwarnings("ignore", message=".*FontConfig.*")
        try:
            import weasyprint
            from weasyprint.text.ffi import harfbuzz_subset
        except OSError as error:
            raise ReportError(
                f"the system library {error} is missing; install libpango-1.0-0, libpangoft2-1.0-0 and"
                " libharfbuzz-subset0 (macOS: brew install pango)"
            ) from error
    if harfbuzz_subset is None:
        raise ReportError("the system library libharfbuzz-subset0 is missing; install it (macOS: brew install pango)")
    return weasyprint


@contextmanager
def _own_fonts() -> Iterator[None]:
    """Fontconfig reads its configuration from here; a browser started by the same process still finds the system's."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS_DIR / "fonts.conf")
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@cache
def _style() -> tuple[Any, Any]:
    """The style sheet and the fonts, parsed once per process."""
    weasyprint = load_weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    with _own_fonts():
        fonts = FontConfiguration()
    resources = {f"font:{path.name}": (path.read_bytes(), "font/ttf") for path in sorted(FONTS_DIR.glob("*.ttf"))}
    with _warnings_as_errors():
        style = weasyprint.CSS(
            string="\n".join(path.read_text(encoding="utf-8") for path in sorted(STYLES_DIR.glob("*.css"))),
            base_url="style:",
            url_fetcher=_fetcher(resources),
            font_config=fonts,
        )
    return style, fonts


def _fetcher(resources: Mapping[str, tuple[bytes, str]]) -> Any:
    """A fetcher that hands out these resources and stops the render at any other address."""
    load_weasyprint()
    from weasyprint.urls import (
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )

    class MemoryFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url not in resources:
                raise FatalURLFetchingError(
                    f'the report asked for "{url}", which is not one of its charts or fonts; remove the reference'
                )
            content, kind = resources[url]
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    return MemoryFetcher()


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _warnings_as_errors() -> Iterator[None]:
    logger, collector = logging.getLogger("weasyprint"), _Collector()
    handlers, logger.handlers = logger.handlers, [collector]
    try:
        yield
    finally:
        logger.handlers = handlers
    if collector.messages:
        count = len(collector.messages)
        raise ReportError(f"the renderer warned ({count}): {'; '.join(dict.fromkeys(collector.messages[:5]))}")


def picture_of(pdf: bytes, *, width: int = 1200) -> bytes:
    """Page 1 as PNG, `width` pixels wide, without any time stamp."""
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        image = page.render(scale=width / page.get_width()).to_pil()
    finally:
        document.close()
    content = BytesIO()
    image.quantize(256).save(content, "PNG", optimize=True)
    return content.getvalue()


def pdf_date(day: date) -> str:
    """A day as W3C date and time, midnight UTC: the only kind of time a report carries."""
    return f"{day.isoformat()}T00:00:00Z"
