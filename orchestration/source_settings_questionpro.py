"""The keys of `kind: questionpro` in sources.yml. Keep out: what they do."""

from __future__ import annotations

from typing import Literal

from orchestration.source_settings import FetchedSource


class QuestionProSource(FetchedSource):
    """One tenant, asked over HTTPS."""

    kind: Literal["questionpro"]
