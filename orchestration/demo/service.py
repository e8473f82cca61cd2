"""Draws service cases and survey responses of the customers that are active in a month.

Loads and scores follow story.py: the bad-service quarter brings cases and complaints up and scores down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from orchestration.demo import people, story
from orchestration.demo.customers import Profile, any_day
from orchestration.demo.months import LAST_DAY, MONTHS, Month
from orchestration.demo.spells import Spell
from orchestration.demo.world import Case, Response

_CATEGORIES = ("delivery", "wrong_goods", "billing", "product", "account")
_CASE_CHANNELS = ("email", "voice", "live_chat", "web")
_LANGUAGE = {"HU": "hu", "PL": "pl", "AT": "en"}
_NPS_SHARE = 0.075
_CSAT_SHARE = 0.045
_CASE_ANSWER = 0.32


@dataclass(slots=True)
class Desk:
    """Where cases and responses are numbered and kept."""

    cases: list[Case] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)

    def response_id(self) -> str:
        return f"SR{300001 + len(self.responses)}"


def _moment(rng: Random, month: Month) -> datetime:
    day = any_day(rng, month.first, month.last)
    return datetime.combine(day, time(rng.randrange(24), rng.randrange(60), rng.randrange(60)))


def _case(rng: Random, desk: Desk, profile: Profile, month: Month) -> Case:
    opened = _moment(rng, month)
    slow = 3.0 if month.index in story.BAD_SERVICE else 1.0
    first = opened + timedelta(minutes=round(rng.lognormvariate(4.2, 1.0) * slow))
    resolved = first + timedelta(minutes=round(rng.lognormvariate(6.8, 1.2) * slow))
    category = rng.choices(_CATEGORIES, (46 if month.index in story.BAD_SERVICE else 24, 14, 20, 18, 12))[0]
    case = Case(
        case_id=f"CS{400001 + len(desk.cases)}",
        customer_id=profile.customer_id,
        order_id="",
        opened_at=opened,
        first_response_at=first if first.date() <= LAST_DAY else None,
        resolved_at=resolved if resolved.date() <= LAST_DAY else None,
        channel=rng.choice(_CASE_CHANNELS),
        category=category,
        is_complaint=rng.random() < story.complaint_share(month.index),
        agent=rng.choice(people.AGENTS),
    )
    desk.cases.append(case)
    return case


def _nps_score(rng: Random, index: int, country: str) -> int:
    promoters, detractors = story.nps_mix(index, country)
    draw = rng.random()
    if draw < promoters:
        return rng.choice((9, 9, 10))
    return rng.choice((0, 2, 3, 4, 5, 5, 6, 6)) if draw < promoters + detractors else rng.choice((7, 8, 8))


def _csat_score(rng: Random, index: int) -> int:
    if rng.random() < story.satisfied_share(index):
        return rng.choice((4, 4, 5, 5, 5))
    return rng.choice((1, 2, 3, 3))


def _respond(rng: Random, desk: Desk, survey_id: str, profile: Profile, at: datetime, index: int, case_id: str) -> None:
    """One response; a few are partial, marked as test or duplicate, blank, anonymous, or of a stranger."""
    score = _nps_score(rng, index, profile.country) if survey_id == "relationship" else _csat_score(rng, index)
    draw = rng.random()
    customer_id = "" if draw < 0.03 else f"WEB-{rng.randrange(10**6):06d}" if draw < 0.034 else profile.customer_id
    partial = rng.random() < 0.04
    effort = rng.randrange(1, 8) if survey_id == "service" and rng.random() < 0.7 else None
    desk.responses.append(
        Response(
            response_id=desk.response_id(),
            survey_id=survey_id,
            customer_id=customer_id,
            responded_at=at,
            status="partial" if partial else "completed",
            language=_LANGUAGE[profile.country],
            channel=rng.choice(("email", "web")),
            case_id=case_id,
            is_test=rng.random() < 0.004,
            is_duplicate=rng.random() < 0.008,
            score=None if rng.random() < 0.02 else score,
            effort=effort,
            comment=people.comment(rng, profile.country),
        )
    )


def _month_of(rng: Random, desk: Desk, profile: Profile, month: Month) -> None:
    if rng.random() < story.service_load(month.index):
        case = _case(rng, desk, profile, month)
        answered = case.resolved_at is not None and rng.random() < _CASE_ANSWER
        if answered and case.resolved_at is not None:
            at = case.resolved_at + timedelta(hours=rng.randrange(1, 30))
            if at.date() <= LAST_DAY:
                _respond(rng, desk, "service", profile, at, month.index, case.case_id)
    for survey_id, share in (("relationship", _NPS_SHARE), ("service", _CSAT_SHARE)):
        while rng.random() < share:
            _respond(rng, desk, survey_id, profile, _moment(rng, month), month.index, "")


def draw_service(rng: Random, desk: Desk, profiles: list[Profile], spells: dict[str, list[Spell]]) -> None:
    """Cases and responses of every month, by the customers active on some day in it."""
    for month in MONTHS:
        for profile in profiles:
            if any(start <= month.last and end > month.first for start, end in spells.get(profile.customer_id, ())):
                _month_of(rng, desk, profile, month)
