"""A finding: a short heading, a sentence and its tone, as the call-outs of a page show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """Worded in the run's language; tone good or bad only where a verdict or a target says so, else plain."""

    title: str
    body: str
    tone: Literal["good", "bad", "plain"] = "plain"
