"""Checks of the configuration alone, with file, line and fix: nothing is read but config/.

What a file of config/ may hold at all is settings.py's; that is told before any of this. Keep out: data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestration.configuration.mail import LoginSettings
from orchestration.doctor.finding import Finding, Places
from orchestration.settings import Settings

# Who is a customer, and when: without one of these there is nothing to retain.
ACTIVITY = ("contracts", "orders")
SURVEYS = ("survey_responses", "survey_answers")


def check_configuration(settings: Settings, environment: Mapping[str, str]) -> list[Finding]:
    """What the configuration says that cannot work, or that leaves something out."""
    places = Places.of(settings)
    return [
        *_folders(settings, places),
        *_enough(settings, places),
        *_activity_rule(settings, places),
        *_mail(settings, places, environment),
    ]


def configured(settings: Settings) -> dict[str, list[str]]:
    """Entity → the sources that deliver it; answers kept as columns of responses are delivered too."""
    found: dict[str, list[str]] = {}
    for source in settings.sources:
        for entity, spec in source.entities.items():
            found.setdefault(entity, []).append(source.name)
            if getattr(spec, "answers", None):
                found.setdefault("survey_answers", []).append(source.name)
        for entity in source.derived:
            found.setdefault(entity, []).append(source.name)
        for entity in source.derived:
            found.setdefault(entity, []).append(source.name)
    return found


def _folders(settings: Settings, places: Places) -> Iterator[Finding]:
    for source in settings.files_sources:
        if not source.is_remote and not settings.source_path(source).is_dir():
            at = places.source(source.name, "path")
            yield Finding(
                "error", at, f"the folder {settings.source_path(source)} is not there", "create or correct it"
            )


def _enough(settings: Settings, places: Places) -> Iterator[Finding]:
    there = configured(settings)
    at = places.source("")
    if "customers" not in there:
        fix = "add the entity customers to a crm source; it may be derived from orders"
        yield Finding("error", at, "nobody delivers customers, and every figure is about them", fix)
    if not any(entity in there for entity in (*ACTIVITY, *SURVEYS)):
        fix = "add contracts, orders, or survey_responses with survey_answers"
        yield Finding("error", at, "customers alone give no figure", fix)


def _activity_rule(settings: Settings, places: Places) -> Iterator[Finding]:
    there, company = configured(settings), settings.company
    wanted = {"contract": "contracts", "orders": "orders"}
    rules = {("activity_rule",): company.activity_rule} | {
        ("activity_rule_by_segment", segment): rule for segment, rule in company.activity_rule_by_segment.items()
    }
    for path, rule in rules.items():
        entity = wanted.get(rule)
        if entity is not None and entity not in there:
            text = f"customers are told by {rule}, and nobody delivers {entity}"
            yield Finding("error", places.company(*path), text, f"deliver {entity}, or choose either")


def _mail(settings: Settings, places: Places, environment: Mapping[str, str]) -> Iterator[Finding]:
    mail = settings.company.mail
    servers: dict[str, LoginSettings | None] = {"smtp": mail.smtp if mail.transport == "smtp" else None}
    servers["bounces"] = mail.bounces
    for block, server in servers.items():
        for path, name in _variables(server):
            if not environment.get(name):
                at = places.company("mail", block, *path)
                yield Finding("error", at, f"the environment variable {name} is not set", "set it")
    url = settings.company.ledger.url_env
    if url and not environment.get(url):
        at = places.company("ledger", "url_env")
        yield Finding("error", at, f"the environment variable {url} is not set", "set it")
    for audience in settings.audiences:
        if audience.password_env and not environment.get(audience.password_env):
            at = places.audience(audience.name)
            yield Finding("error", at, f"the environment variable {audience.password_env} is not set", "set it")
    if not any(audience.recipients for audience in settings.audiences):
        yield Finding("note", places.audience(""), "no audience has a recipient: reports are made and not sent")


def _variables(server: LoginSettings | None) -> Iterator[tuple[tuple[str, ...], str]]:
    if server is None:
        return
    if server.password_env:
        yield ("password_env",), server.password_env
    for key in ("token_env", "tenant_id_env", "client_id_env", "client_secret_env"):
        name = getattr(server.oauth, key, None)
        if name:
            yield ("oauth", key), name
