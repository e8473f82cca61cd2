"""A report run and its result as plain JSON: what passes between the caller and a render process.

Keep out: rendering. The caller imports this module without loading what rendering needs.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import fields
from datetime import date
from typing import Any

from reports.run import BuiltReport, CheckLine, Logo, ReportRun, Restatement


def run_to_json(run: ReportRun) -> dict[str, Any]:
    """A ReportRun as plain JSON; run_from_json reads it back."""
    content = {field.name: getattr(run, field.name) for field in fields(run)}
    content["filter"] = {key: list(values) for key, values in run.filter.items()}
    content["as_of"] = run.as_of.isoformat()
    for name in ("checks", "restatements"):
        content[name] = [_fields(row) for row in content[name]]
    if run.logo is not None:
        content["logo"] = {**_fields(run.logo), "content": b64encode(run.logo.content).decode()}
    return content


def run_from_json(content: dict[str, Any]) -> ReportRun:
    """The inverse of run_to_json."""
    logo = content["logo"]
    return ReportRun(
        **{
            **content,
            "filter": {key: tuple(values) for key, values in content["filter"].items()},
            "pages": tuple(content["pages"]),
            "as_of": date.fromisoformat(content["as_of"]),
            "checks": tuple(CheckLine(**row) for row in content["checks"]),
            "restatements": tuple(Restatement(**row) for row in content["restatements"]),
            "logo": Logo(**{**logo, "content": b64decode(logo["content"])}) if logo else None,
        }
    )


def built_to_json(built: BuiltReport) -> dict[str, Any]:
    """What the manifest needs of one report; file names are relative to the report folder."""
    return {
        "audience": built.audience,
        "language": built.language,
        "pdf": built.pdf.name,
        "pdf_sha256": built.pdf_sha256,
        "page_count": built.page_count,
        "pages": list(built.pages),
        "subject": built.subject,
        "headline": built.headline,
        "html_body": built.html_body.name,
        "text_body": built.text_body.name,
        "picture": built.picture.name,
        "workbook": built.workbook.name if built.workbook else None,
        "key_figures": [{"name": f.name, "value": f.value, "text": f.text} for f in built.key_figures],
        "seconds": dict(built.seconds),
    }


def _fields(row: Any) -> dict[str, Any]:
    return {item.name: getattr(row, item.name) for item in fields(row)}
