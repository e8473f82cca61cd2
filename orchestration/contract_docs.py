"""What is described from the contract: staged, judged and admitted models in dbt YAML, and the contract as a page.

Add here: a column that the macros add to every entity. Keep out: tests and models written by hand (they have YAML of
their own beside them).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from orchestration.contract import Column, Entity, bound_text

ORIGIN = (
    ("_source", "Source that delivered the row."),
    ("_file", "File it came in, relative to the source's path."),
    ("_file_sha256", "Hash of that file."),
    ("_record", "Ordinal of the row in the delivery, from 1."),
    ("_delivered_on", "Date of the delivery."),
    ("_delivered_by", "How that date is known: file name, sidecar, declared, load time or fetch."),
    ("_load_id", "Load that brought the file; a later load has a greater id."),
)
_REASONS = ("_reasons", "All reasons why the row breaks its contract, joined by a semicolon; NULL if there is none.")
_DELETION = ("_is_deletion", "Whether the row only says that its key is gone from its source.")
_STAGED = (*ORIGIN, _DELETION, _REASONS, ("_raw", "The values as delivered, as JSON text."))
_JUDGED = (
    *(column for column in ORIGIN if column[0] not in ("_file_sha256", "_delivered_by")),
    ("_outcome", "What became of the row: admitted, quarantined, superseded, exact_duplicate or deleted."),
    _REASONS,
    ("_is_of_unknown_customer", "Whether an unknown customer is the only reason."),
    ("_is_version", "Whether the row is what its delivery says of its key: clean, kept, and of no replaced file."),
)
_ADMITTED = (
    ("_source", "Source that delivered the row."),
    ("_delivered_on", "Date of the delivery the row counts from."),
)
_ADDED = {
    "refunds": (
        (
            "is_ignored",
            "Whether the order is unknown or cancelled: the refund is in no figure and is counted as ignored.",
        ),
    ),
    "survey_answers": (
        ("role", "Role of the question in its survey: score, driver, reason or comment."),
        ("score", "The answer as a whole number on the question's scale; NULL for a blank or where there is no scale."),
    ),
}
_ANONYMOUS = (
    ("is_anonymous", "Whether no known customer belongs to the row."),
    ("has_unknown_customer", "Whether a customer was named that nobody has delivered."),
)
_HEADER = (
    "# Generated from the contract (models/staging/*/_*__sources.yml); do not edit.",
    "# Write it again with: python -m orchestration.contract_files",
    "version: 2",
    "",
    "models:",
)
Described = tuple[str, str]


def _typed(column: Column) -> Iterable[Described]:
    utc = " In UTC." if column.local_date else ""
    yield column.name, column.description + utc
    if column.local_date:
        yield column.local_date, f"Local date of {column.name} in the company's time zone."


def typed_columns(entity: Entity) -> list[Described]:
    """Name and description of the entity's typed columns, each timestamp followed by its local date."""
    return [described for column in entity.columns for described in _typed(column)]


def added_columns(entity: Entity) -> tuple[Described, ...]:
    """What admitted adds to the contract's columns; macros/admitted.sql names the same columns."""
    anonymous = entity.unknown_reference == "anonymous" and "customers" in dict(entity.references).values()
    return (*_ADDED.get(entity.name, ()), *(_ANONYMOUS if anonymous else ()))


def _model(name: str, description: str, columns: Iterable[Described]) -> list[str]:
    lines = [f"  - name: {name}", f"    description: {json.dumps(description, ensure_ascii=False)}", "    columns:"]
    lines += [
        f"      - {{name: {column}, description: {json.dumps(text, ensure_ascii=False)}}}" for column, text in columns
    ]
    return lines


def _plain(entity: Entity) -> str:
    return entity.name.replace("_", " ")


def render_staging_yaml(entities: Iterable[Entity]) -> str:
    """The text of staging/<system>/_<system>__models.yml."""
    lines = list(_HEADER)
    for entity in entities:
        about = (
            f"Every landed row of {_plain(entity)}, typed, with what is wrong in the row itself. {entity.description}"
        )
        lines += _model(f"stg_{entity.system}__{entity.name}", about, (*typed_columns(entity), *_STAGED))
    return "\n".join(lines) + "\n"


def render_admitted_yaml(entities: Iterable[Entity]) -> str:
    """The text of intermediate/admitted/_admitted__models.yml."""
    lines = list(_HEADER)
    for entity in entities:
        columns = (*typed_columns(entity), *added_columns(entity))
        judged = f"Every landed row of {_plain(entity)} once, with what became of it."
        admitted = f"The rows of {_plain(entity)} that count now, one per key. {entity.description}"
        lines += _model(f"int_{entity.name}_judged", judged, (*columns, *_JUDGED))
        lines += _model(f"int_{entity.name}_admitted", admitted, (*columns, *_ADMITTED))
    return "\n".join(lines) + "\n"


_PAGE = """# The contract: every entity and column

<!-- Generated from dbt_project/models/staging/*/_*__sources.yml; write it again with
`python -m orchestration.contract_files`. -->

What the rules mean: [extracts](extracts.md). Key columns are bold. *list only* is shown in lists and read by no metric.
"""


def _rules(column: Column) -> str:
    """The rules of a column in a few words."""
    words = {
        "required": column.required,
        "one of " + ", ".join(column.accepted): column.accepted,
        f"form `{column.pattern}`": column.pattern,
        f"at least {bound_text(column.minimum)}": column.minimum is not None,
        f"at most {bound_text(column.maximum)}": column.maximum is not None,
        "between " + " and ".join(column.scale): column.scale,
        f"blank is {(column.default or '').strip(chr(34))}": column.default,
        "a month": column.is_month,
        "9999 is no end": column.is_open_end,
        "may lie ahead": column.may_be_future,
        "personal": column.is_personal,
    }
    return "; ".join(word for word, holds in words.items() if holds)


def _page_row(entity: Entity, column: Column) -> str:
    name = f"**{column.name}**" if column.name in entity.key else column.name
    read_by = "*list only*" if column.list_only else str(column.read_by)
    return f"| {name} | {column.data_type} | {column.description} | {_rules(column)} | {read_by} |"


def _page_section(entity: Entity) -> list[str]:
    lines = [f"## {entity.name}", "", f"System: {entity.system}. {entity.description}"]
    if entity.references:
        refers = ", ".join(f"{column} to {target}" for column, target in entity.references)
        stays = " Rows of unknown customers stay as anonymous." if entity.unknown_reference == "anonymous" else ""
        lines += ["", f"Refers: {refers}.{stays}"]
    lines += ["", "| column | type | what it is | rules | read by |", "|---|---|---|---|---|"]
    return [*lines, *(_page_row(entity, column) for column in entity.columns), ""]


def render_page(entities: Iterable[Entity]) -> str:
    """The text of docs/contract.md."""
    lines = [_PAGE]
    for entity in entities:
        lines += _page_section(entity)
    return "\n".join(lines)
