"""The whole examination: configuration, services, files, coverage; findings in the end, errors first.

Keep out: printing (commands/doctor.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.contract import Entity
from orchestration.doctor.configuration import check_configuration, configured
from orchestration.doctor.coverage import Coverage, coverage_of
from orchestration.doctor.finding import Finding
from orchestration.doctor.findings import trial_findings
from orchestration.doctor.services import Services, ask_services
from orchestration.doctor.trial import Trial, try_files
from orchestration.landing.extract import Report
from orchestration.settings import Settings
from orchestration.sources.connectors import Connect


@dataclass(frozen=True)
class Diagnosis:
    """Everything the doctor found. `trial` is None where no file was tried; coverage then knows entities only."""

    services: Services
    trial: Trial | None
    coverage: Coverage
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(finding.level == "error" for finding in self.findings)


def examine(
    settings: Settings,
    contract: Mapping[str, Entity],
    environment: Mapping[str, str],
    connect: Connect,
    report: Report,
    quick: bool = False,
) -> Diagnosis:
    """Looks at everything; `quick` leaves the files unread.

    Raises:
        BuildFailed: the rows of the files could not be judged at all.
    """
    findings = check_configuration(settings, environment)
    services = ask_services(settings, contract, environment, connect)
    trial = None
    if not quick and settings.files_sources:
        trial = try_files(settings, contract, report)
        told = {item.place for item in findings if item.level == "error"}
        findings += [item for item in trial_findings(settings, contract, trial) if item.place not in told]
    empty = _empty_columns(settings, services, trial)
    order = {"error": 0, "warning": 1, "note": 2}
    found = sorted([*findings, *services.findings], key=lambda finding: order[finding.level])
    coverage = coverage_of(settings, contract, empty, _unread(services, trial))
    return Diagnosis(services, trial, coverage, tuple(found))


def _unread(services: Services, trial: Trial | None) -> set[str]:
    """Entities of which there are files, and none that could be read, and that no service delivers."""
    refused = {item.entity for item in trial.rejected} - set(trial.entities) if trial else set[str]()
    return refused - {item.entity for item in services.asked}


def _empty_columns(settings: Settings, services: Services, trial: Trial | None) -> dict[str, set[str]]:
    """Entity that is delivered → its columns without values; one that two sources deliver lacks what both lack."""
    found: dict[str, set[str]] = {}
    for asked in services.asked:
        if asked.probe.reachable and asked.probe.permitted:
            empty = set(asked.empty)
            found[asked.entity] = found[asked.entity] & empty if asked.entity in found else empty
    if trial is None:
        return {entity: found.get(entity, set()) for entity in configured(settings)}
    for entity, landed in trial.entities.items():
        empty = set(landed.empty)
        found[entity] = found[entity] & empty if entity in found else empty
    # Of an entity whose files were refused nothing is known yet, but it is on its way.
    return {item.entity: set[str]() for item in trial.rejected} | found
