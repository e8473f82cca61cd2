"""The lines that run through a report: who and what it is about, fitted to the room they have.

Add here: another running line. Keep out: its look (templates/styles) and words of one page.

A company's name, a title and a filter may be long; the day and the edition are told whole, of the rest the names are
cut before the filter is, and of the names the longest first.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts.typeface import shortened, text_width
from reports.narrative.labels import filter_label
from reports.run import ReportRun
from reports.text import Text

SEPARATOR = " · "
# What the page number leaves of the foot, in pt, and its type size.
FOOT_WIDTH, FOOT_SIZE = 445.0, 8.0
# Two lines of the cover's upper right corner; lines break at words, so not all of them can be used.
ABOUT_WIDTH, ABOUT_SIZE = 2 * 311.0 * 0.88, 8.5
# Of the room for names and filter the filter gets up to this much.
_FILTER_SHARE = 0.6


def foot(text: Text, run: ReportRun) -> str:
    """At the foot of every page: company, audience and filter, the day the data go to, the edition from the second."""
    fixed = [text.gettext("Data to {day}", day=text.f.date(run.month_end))]
    if run.edition > 1:
        fixed.append(text.gettext("Edition {number}", number=text.f.number(run.edition)))
    return _line([run.company_name, run.title], _limits(text, run), fixed, FOOT_WIDTH, FOOT_SIZE)


def about(text: Text, run: ReportRun) -> str:
    """Month, audience and filter: what the report is about."""
    month = text.f.month(run.month_start)
    room = ABOUT_WIDTH - text_width(month + SEPARATOR, ABOUT_SIZE)
    return SEPARATOR.join((month, _line([run.title], _limits(text, run), [], room, ABOUT_SIZE)))


def fitted(parts: Sequence[str], width: float, size: float) -> tuple[str, ...]:
    """The parts, the longest ones cut to one width, so that all of them fit side by side into `width` pt."""
    left, limit = width, width
    widths = sorted(text_width(part, size) for part in parts)
    for at, own in enumerate(widths):
        limit = left / (len(widths) - at)
        if own > limit:
            break
        left -= own
    return tuple(shortened(part, max(limit, 0.0), size) for part in parts)


def _limits(text: Text, run: ReportRun) -> list[str]:
    return [filter_label(text, run.filter)] if run.filter else []


def _line(
    names: Sequence[str], limits: Sequence[str], fixed: Sequence[str], width: float, size: float
) -> str:  # fmt: skip
    """Names and the filter, cut to fit beside what is fixed; the filter, which says whose figures these are, last."""
    room = width - sum(text_width(part, size) for part in fixed)
    room -= text_width(SEPARATOR, size) * (len(names) + len(limits) + len(fixed) - 1)
    limits = [shortened(limit, room * _FILTER_SHARE, size) for limit in limits]
    names = fitted(names, room - sum(text_width(limit, size) for limit in limits), size)
    return SEPARATOR.join((*names, *limits, *fixed))
