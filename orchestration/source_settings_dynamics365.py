"""The keys of `kind: dynamics365` in sources.yml. Keep out: what they do."""

from __future__ import annotations

from typing import Literal

from orchestration.source_settings import FetchedSource


class Dynamics365Source(FetchedSource):
    """One tenant, asked over HTTPS."""

    kind: Literal["dynamics365"]
