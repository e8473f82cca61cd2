"""Which connector reads which kind of source. Add here: one branch per kind. Keep out: everything a kind does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from orchestration.configuration.source_dynamics365 import Dynamics365Source
from orchestration.configuration.source_questionpro import QuestionProSource
from orchestration.configuration.source_sql import SqlSource
from orchestration.configuration.sources import FetchedSource
from orchestration.sources.fetched import Connector

# Source settings, environment, the zone of the source's naive times → a connector that is not yet open.
Connect = Callable[[FetchedSource, Mapping[str, str], ZoneInfo], Connector]


def connector_of(source: FetchedSource, environment: Mapping[str, str], zone: ZoneInfo) -> Connector:
    """The connector of a source; nothing is connected and no secret is read yet.

    A kind's libraries are imported when a source of it is configured, not before.
    """
    if isinstance(source, Dynamics365Source):
        from orchestration.sources.dynamics365.connector import Dynamics365Connector

        return Dynamics365Connector(source, environment, zone)
    if isinstance(source, QuestionProSource):
        from orchestration.sources.questionpro.connector import QuestionProConnector

        return QuestionProConnector(source, environment)
    if isinstance(source, SqlSource):
        from orchestration.sources.sql.connector import SqlConnector

        return SqlConnector(source, environment)
    raise NotImplementedError(f"{source.name}: no connector reads kind {source.kind} yet")
