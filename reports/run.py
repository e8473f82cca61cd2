"""What one report is about: the typed run, and the result handed back.

Add here: a fact that a stage outside reports/ knows and a page prints. Keep out: anything read from the marts
(that is marts.py) and anything worded (that is the pages' own).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

PAGES = ("cover", "retention", "cohorts", "revenue", "reasons", "risk", "satisfaction", "loyalty", "service", "data")
LANGUAGES = ("en", "hu", "pl")


class ReportError(RuntimeError):
    """A report cannot be made; the message names audience, page or model, the value, and the fix."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of the snapshot; status is pass, fail, error or warn."""

    name: str
    model: str
    status: str
    failures: int
    message: str


@dataclass(frozen=True, slots=True)
class Restatement:
    """One published figure that this snapshot gives otherwise, named as the ledger names it.

    figure: its column in `model`; scope: the value of scope_type ("audience" is the whole of it); detail tells rows
    of one scope and month apart; period is YYYY-MM. Values are texts as stored, "–" where none was or is shown.
    cause: what came in since, as rpt_restatements words it, None where nothing is known. published_month (YYYY-MM)
    and edition: of the report that gave the earlier value.
    """

    figure: str
    scope: str
    period: str
    value_then: str
    value_now: str
    cause: str | None = None
    model: str = ""
    scope_type: str = "audience"
    detail: str = ""
    published_month: str = ""
    edition: int = 1


@dataclass(frozen=True, slots=True)
class Logo:
    """The audience's logo, checked when the configuration was read; media_type is image/png or image/svg+xml.

    width, height: its natural size, in pixels or whatever the drawing counts in; only their ratio matters.
    """

    content: bytes
    media_type: str
    width: float
    height: float

    def fitted(self, width: float, height: float) -> tuple[float, float]:
        """The largest size within width × height that keeps the logo's shape, in the same unit."""
        scale = min(width / self.width, height / self.height)
        return round(self.width * scale, 2), round(self.height * scale, 2)


@dataclass(frozen=True, slots=True)
class ReportRun:
    """One report of one audience for one month, with the snapshot it is made from.

    month is YYYY-MM; as_of the newest delivery date used (every date the PDF carries comes from it); accent is
    #rrggbb or None; attach_xlsx asks for a workbook of the customers at risk as well. Raises ReportError for an
    unknown language, page or month.
    """

    company_name: str
    report: str
    audience: str
    title: str
    language: str
    filter: Mapping[str, tuple[str, ...]]
    pages: tuple[str, ...]
    accent: str | None
    month: str
    edition: int
    as_of: date
    snapshot_hash: str
    version: str
    base_currency: str
    time_zone: str
    activity_rule: str
    order_window_days: int
    min_group_size: int
    checks: tuple[CheckLine, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    logo: Logo | None = None
    attach_xlsx: bool = False

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ReportError(
                f'audience {self.audience}: language "{self.language}" is not available; choose {", ".join(LANGUAGES)}'
            )
        unknown = [page for page in self.pages if page not in PAGES]
        if unknown:
            raise ReportError(f'audience {self.audience}: page "{unknown[0]}" is unknown; choose {", ".join(PAGES)}')
        try:
            date.fromisoformat(f"{self.month}-01")
        except ValueError as error:
            raise ReportError(f'audience {self.audience}: month "{self.month}" is no month; write YYYY-MM') from error

    @property
    def month_start(self) -> date:
        """First day of the report month."""
        return date.fromisoformat(f"{self.month}-01")

    @property
    def month_end(self) -> date:
        """Last day of the report month."""
        return (self.month_start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure of the cover: its metric name, its value as stored (None = n/a), its printed text."""

    name: str
    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """The files written for one audience, and what a manifest says about them; workbook only where it was asked for."""

    audience: str
    language: str
    pdf: Path
    pdf_sha256: str
    page_count: int
    pages: tuple[str, ...]
    headline: str
    subject: str
    html_body: Path
    text_body: Path
    picture: Path
    key_figures: tuple[KeyFigure, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    workbook: Path | None = None
