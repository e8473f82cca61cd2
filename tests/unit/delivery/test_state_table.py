"""The ledger's state table as a function: every step against every kind of reply."""

from __future__ import annotations

import pytest

from orchestration.delivery.transport import SESSION_STEPS, Outcome, Step, classify

STEPS: tuple[Step, ...] = ("connect", "hello", "tls", "login", "mail", "rcpt", "data", "body", "dot")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", [400, 421, 450, 451, 452, 499])
def test_4xx_is_tried_again_wherever_it_comes(step: Step, code: int) -> None:
    assert classify(step, code) == "planned"


@pytest.mark.parametrize("step", SESSION_STEPS)
@pytest.mark.parametrize("code", [None, 220, 250, 500, 535, 554])
def test_trouble_of_the_session_is_tried_again(step: Step, code: int | None) -> None:
    assert classify(step, code) == "planned"


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "body", "dot"])
@pytest.mark.parametrize("code", [500, 550, 552, 554, 599])
def test_5xx_to_the_message_is_failed(step: Step, code: int) -> None:
    assert classify(step, code) == "failed"


@pytest.mark.parametrize("step", ["mail", "rcpt"])
@pytest.mark.parametrize("code", [None, 220, 354])
def test_silence_before_data_is_tried_again(step: Step, code: int | None) -> None:
    assert classify(step, code) == "planned"


@pytest.mark.parametrize("step", ["data", "body", "dot"])
@pytest.mark.parametrize("code", [None, 220, 251, 354])
def test_silence_or_nonsense_after_data_began_is_unknown(step: Step, code: int | None) -> None:
    assert classify(step, code) == "unknown"


def test_only_250_to_the_dot_is_sent() -> None:
    sent = [(step, code) for step in STEPS for code in (None, *range(200, 600)) if classify(step, code) == "sent"]
    assert sent == [("dot", 250)]


def test_only_session_trouble_keeps_the_next_letter_back() -> None:
    assert Outcome("planned", "login", "").is_session_trouble
    assert not Outcome("planned", "rcpt", "").is_session_trouble
    assert not Outcome("unknown", "dot", "").is_session_trouble
