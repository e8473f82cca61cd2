"""What the trial of the files means: each rejected file, each reason, each gap, with the line that puts it right.

Keep out: the trial itself (trial.py), and what is simply not delivered (coverage.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from orchestration.contract import Entity
from orchestration.doctor.advice import fix_for
from orchestration.doctor.finding import Finding, Level, Places
from orchestration.doctor.trial import EntityTrial, Trial, TriedReason
from orchestration.settings import Settings
from orchestration.sources.files.find import LOAD_TIME

SHOWN_VALUES = 4
_SHOWN_LENGTH = 40


def trial_findings(settings: Settings, contract: Mapping[str, Entity], trial: Trial) -> list[Finding]:
    """Everything the trial found that is not as it should be, errors first."""
    places = Places.of(settings)
    found = [
        *_rejected(trial, places),
        *_nothing_found(settings, trial, places),
        *_reasons(settings, contract, trial, places),
        *_rates(trial, places),
        *_audiences(settings, trial, places),
        *_dates(settings, trial, places),
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda finding: order[finding.level])


def _rejected(trial: Trial, places: Places) -> Iterator[Finding]:
    for item in trial.rejected:
        at = places.source(item.source, "entities", item.entity)
        text, _, fix = item.reason.rpartition("; ")
        yield Finding("error", at, f"{item.entity}: {item.file}: {text or fix}", fix if text else "")


def _nothing_found(settings: Settings, trial: Trial, places: Places) -> Iterator[Finding]:
    refused = {(item.source, item.entity) for item in trial.rejected}
    for source in settings.files_sources:
        for entity, spec in source.entities.items():
            landed = trial.entities.get(entity)
            if (source.name, entity) in refused or (landed and source.name in landed.sources.split(", ")):
                continue
            at = places.source(source.name, "entities", entity, "files")
            yield Finding(
                "error", at, f"{entity}: no file matches {spec.files} in {source.path}", "correct files or path"
            )


def _reasons(settings: Settings, contract: Mapping[str, Entity], trial: Trial, places: Places) -> Iterator[Finding]:
    elsewhere = _fetched(settings)
    for reason in trial.reasons:
        if _is_answered_elsewhere(contract[reason.entity], reason, elsewhere):
            continue
        landed = trial.entities[reason.entity]
        level: Level = "error" if _is_over(settings, landed) else "warning"
        at = places.source(reason.source, "entities", reason.entity)
        shown = _shown(reason.values)
        yield Finding(
            level,
            at,
            f"{reason.entity}: {reason.rows} of {landed.rows} rows set aside: {reason.reason}{shown}",
            fix_for(reason.reason, reason.values[:20], _header(settings, reason)),
        )


def _header(settings: Settings, reason: TriedReason) -> str:
    """What the source calls the column that a reason names; its own name where `columns` does not say."""
    column = reason.reason.partition(": ")[0]
    for source in settings.files_sources:
        if source.name == reason.source and reason.entity in source.entities:
            for key, value in source.entities[reason.entity].columns.items():
                if value == column:
                    return key
                if key == column:
                    return value if isinstance(value, str) else str(value.get("field", column))
    return column


def _fetched(settings: Settings) -> set[str]:
    """Entities that a service delivers: the trial of the files does not have their rows."""
    return {entity for source in settings.sources if source.kind != "files" for entity in source.entities}


def _is_answered_elsewhere(entity: Entity, reason: TriedReason, elsewhere: set[str]) -> bool:
    column, _, rule = reason.reason.partition(": ")
    return rule.startswith("unknown ") and dict(entity.references).get(column) in elsewhere


def _is_over(settings: Settings, landed: EntityTrial) -> bool:
    company = settings.company
    return (
        landed.rejected_share > company.max_rejected_share or landed.unknown_share > company.max_unknown_customer_share
    )


def _shown(values: Sequence[str]) -> str:
    cut = [value if len(value) <= _SHOWN_LENGTH else value[: _SHOWN_LENGTH - 1] + "…" for value in values]
    more = ", …" if len(cut) > SHOWN_VALUES else ""
    return f" ({', '.join(f'{value!r}' for value in cut[:SHOWN_VALUES])}{more})" if cut else ""


def _rates(trial: Trial, places: Places) -> Iterator[Finding]:
    for gap in trial.rate_gaps:
        months = f"{gap.months} months from {gap.first:%Y-%m}"
        text = f"no exchange rate of {gap.currency} for {months}: {gap.needed_by} need it"
        fix = "deliver exchange_rates, or rate_to_base with the rows; correct base_currency if this is it"
        yield Finding("error", places.company("base_currency"), text, fix)


def _audiences(settings: Settings, trial: Trial, places: Places) -> Iterator[Finding]:
    if "customers" in _fetched(settings) or "customers" not in trial.entities:
        return
    for audience in settings.audiences:
        for attribute, wanted in audience.filter.items():
            there = trial.attributes.get(attribute, {})
            unknown = [value for value in wanted if value not in there]
            if unknown:
                common = sorted(there, key=lambda value: (-there[value], value))[:8]
                text = f"no customer has {attribute} {_shown(unknown).strip(' ()')}"
                fix = f"choose of {', '.join(common)}" if common else f"{attribute} is not delivered; drop the filter"
                level: Level = "error" if len(unknown) == len(wanted) else "warning"
                at = places.audience(audience.name, "filter", attribute)
                yield Finding(level, at, text, fix)


def _dates(settings: Settings, trial: Trial, places: Places) -> Iterator[Finding]:
    undated = [landed.entity for landed in trial.entities.values() if landed.dated_by == LOAD_TIME]
    if undated:
        text = f"no delivery date in the names of {', '.join(undated)}: they are dated by the day of loading"
        fix = "put a date into the file names, or declare delivered_on"
        yield Finding("warning", places.source(""), text, fix)
    through, company = trial.data_through, settings.company
    if through is not None and f"{through:%Y-%m}" < company.first_month:
        text = f"the data ends with {through:%Y-%m}, before first_month {company.first_month}: no month can be reported"
        yield Finding("error", places.company("first_month"), text, "set first_month to the history's first month")
    elif through is not None and f"{through:%Y-%m}" < company.first_report_month:
        go_live = company.first_report_month
        text = f"the data ends with {through:%Y-%m}: nothing is sent before first_report_month {go_live}"
        yield Finding("note", places.company("first_report_month"), text)
