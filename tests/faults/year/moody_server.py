"""A mail server of moods, as a transport: takes, puts off, refuses, is down, breaks off after the dot, kills.

It remembers what it really accepted, whatever it said: that is the truth the ledger is held to.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from orchestration.delivery.message import Letter
from orchestration.delivery.transport import Outcome, Step, classify


class KilledError(Exception):
    """The process that was at work is gone, in the middle of whatever it did."""


@dataclass
class MoodyServer:
    """mood: good, busy, down, refuses (every third recipient), breaks, kills. It changes when the day says so."""

    rng: random.Random
    watch: Callable[[Letter], None]
    mood: str = "good"
    accepted: Counter[str] = field(default_factory=Counter)
    name: str = "moody"

    def change_mood(self) -> None:
        moods = ["good", "busy", "down", "refuses", "breaks", "kills"]
        self.mood = self.rng.choices(moods, weights=[14, 2, 2, 1, 2, 1])[0]

    def send(self, letter: Letter, file_name: str) -> Outcome:
        match self.mood:
            case "busy":
                return self._outcome(self.rng.choice(["mail", "rcpt", "data", "dot"]), 451)
            case "down":
                return self._outcome("connect", None)
            case "refuses" if self.rng.random() < 0.4:
                return self._outcome("rcpt", 550)
            case "breaks" | "kills" if self.rng.random() < 0.5:
                # Whether the message was taken before the line broke, the other side cannot know.
                if self.rng.random() < 0.5:
                    self._accept(letter)
                if self.mood == "kills":
                    raise KilledError
                return self._outcome("dot", None)
        self._accept(letter)
        return self._outcome("dot", 250)

    def _accept(self, letter: Letter) -> None:
        self.watch(letter)
        self.accepted[letter.message_id] += 1

    @staticmethod
    def _outcome(step: str, code: int | None) -> Outcome:
        at: Step = step  # type: ignore[assignment]
        return Outcome(classify(at, code), at, f"{step}: {code or 'connection lost'}")

    def close(self) -> None:
        """Nothing is left open."""
