"""Draws what survey answers say beyond the first score: drivers, cases well and badly cared for, who is about to leave.

Also the answers of the further surveys (effort, web, exit) and the invitations to all of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from orchestration.demo import people, story
from orchestration.demo.events import Invitation
from orchestration.demo.ground import Ground, after, known, moment_in
from orchestration.demo.months import DAY, FIRST_DAY, MONTHS, Month, first_day, month_index
from orchestration.demo.world import Case, Contract, Response

DRIVERS = ("price", "product", "delivery", "support")
QUICK = timedelta(minutes=60)
_LANGUAGE = {"HU": "hu", "PL": "pl", "AT": "en"}
# Share of the active customers that are invited in a month, besides those who answered.
_INVITED = {"relationship": 0.17, "service": 0.06}
_WEB_ANSWERS = 38


def draw_answers(ground: Ground) -> None:
    """Changes and adds answers, then invites whoever answered and others that did not."""
    cases = {case.case_id: case for case in ground.world.cases}
    rng = ground.stream("answers")
    ground.world.responses = [_told(rng, ground, cases, response) for response in ground.world.responses]
    _draw_effort(ground.stream("effort answers"), ground)
    _draw_web(ground.stream("web answers"), ground)
    _draw_exit(ground.stream("exit answers"), ground)
    _invite(ground.stream("invitations"), ground)


def _told(rng: Random, ground: Ground, cases: dict[str, Case], response: Response) -> Response:
    """The answer with a score that knows its case and its customer, and with answers about the drivers."""
    draws = rng.random(), rng.random()
    score = response.score
    if score is None:
        return replace(response, answers=_drivers(rng, None)) if response.survey_id == "relationship" else response
    leaving = ground.leaves_within(response.customer_id, response.responded_at.date(), 92)
    if response.survey_id == "relationship":
        score = rng.choice((1, 3, 4, 5, 6)) if leaving and draws[0] < 0.45 else score
        asked = draws[1] < 0.75
        return replace(response, score=score, answers=_drivers(rng, score) if asked else {})
    case = cases.get(response.case_id)
    if leaving and draws[0] < 0.4:
        score = rng.choice((1, 2, 3))
    elif case is not None:
        score = _about_case(rng, case, score)
    return replace(response, score=score)


def _about_case(rng: Random, case: Case, score: int) -> int:
    """A slow answer costs something, a case that came back much more; a personal reply is liked."""
    is_quick = case.first_response_at is not None and case.first_response_at - case.opened_at <= QUICK
    draw = rng.random()
    if case.reopened_at is not None and draw < 0.55:
        return rng.choice((1, 2, 3))
    if not is_quick and draw < 0.18:
        return rng.choice((2, 3))
    if score <= 3 and draw < (0.3 if is_quick else 0.0) + (0.35 if case.reply_variant == "personal" else 0.0):
        return rng.choice((4, 5))
    return score


def _drivers(rng: Random, score: int | None) -> dict[str, int | None]:
    """Delivery goes with the score, product and support somewhat, price not at all; a few are left blank."""
    level = 7 if score is None else score
    drawn = {
        "price": float(rng.randrange(1, 6)),
        "product": rng.gauss(2.3 + 0.2 * level, 0.9),
        "delivery": rng.gauss(0.8 + 0.41 * level, 0.7),
        "support": rng.gauss(2.8 + 0.12 * level, 1.0),
    }
    return {name: None if rng.random() < 0.03 else min(5, max(1, round(value))) for name, value in drawn.items()}


def _respond(
    ground: Ground, survey_id: str, customer_id: str, country: str, at: datetime, channel: str, score: int | None
) -> Response:
    response = Response(
        response_id=f"SR{300001 + len(ground.world.responses)}",
        survey_id=survey_id,
        customer_id=customer_id,
        responded_at=at,
        status="completed",
        language=_LANGUAGE[country],
        channel=channel,
        case_id="",
        is_test=False,
        is_duplicate=False,
        score=score,
        effort=None,
        comment="",
    )
    ground.world.responses.append(response)
    return response


def _draw_effort(rng: Random, ground: Ground) -> None:
    """How hard it was, 1 easy to 7 hard, of every third resolved case; self-service is easier than it was."""
    for case in ground.world.cases:
        if case.resolved_at is None or case.status != "resolved" or rng.random() > 0.3:
            continue
        at = known(after(rng, case.resolved_at, 1, 40))
        if at is None:
            continue
        hard = 3.0 + (1.6 if case.reopened_at is not None else 0.0) - (0.8 if not case.agent else 0.0)
        hard += 0.9 if month_index(case.opened_at.date()) in story.BAD_SERVICE else 0.0
        score = None if rng.random() < 0.02 else min(7, max(1, round(rng.gauss(hard, 1.3))))
        country = ground.by_id[case.customer_id].country
        response = _respond(ground, "effort", case.customer_id, country, at, "email", score)
        status = "partial" if rng.random() < 0.04 else "completed"
        ground.world.responses[-1] = replace(response, case_id=case.case_id, status=status)


def _draw_web(rng: Random, ground: Ground) -> None:
    """A question on the web pages: most of those who answer are not known."""
    for month in MONTHS:
        for _ in range(rng.randrange(_WEB_ANSWERS - 8, _WEB_ANSWERS + 9)):
            profile = rng.choice(ground.active_in(month))
            at = moment_in(rng, month.first, month.last)
            satisfied = rng.random() < story.satisfied_share(month.index) - 0.08
            score = rng.choice((4, 4, 5)) if satisfied else rng.choice((1, 2, 3, 3))
            customer_id = profile.customer_id if rng.random() < 0.35 else ""
            _respond(ground, "web", customer_id, profile.country, at, "web", None if rng.random() < 0.02 else score)


def _draw_exit(rng: Random, ground: Ground) -> None:
    """Why they leave, of every third that ended its contract; some that gave no reason before give it here."""
    for contract in ground.world.contracts:
        if contract.ends_on is None or contract.involuntary or rng.random() > (0.6 if not contract.end_reason else 0.2):
            continue
        at = _between_notice_and_end(rng, contract)
        profile = ground.by_id[contract.customer_id]
        weights = story.reason_weights(max(0, month_index(contract.ends_on)), profile.country)
        weights.pop("payment_failed")
        drawn = rng.choices(list(weights), list(weights.values()))[0]
        if at is not None:
            response = _respond(ground, "exit", profile.customer_id, profile.country, at, "email", None)
            comment = people.reason_text(rng, profile.country)
            reason = contract.end_reason or drawn
            ground.world.responses[-1] = replace(response, reason=reason, comment=comment)


def _between_notice_and_end(rng: Random, contract: Contract) -> datetime | None:
    if contract.ends_on is None or contract.cancelled_on is None or contract.ends_on <= FIRST_DAY:
        return None
    first = max(FIRST_DAY, contract.cancelled_on)
    return known(moment_in(rng, first, max(first, contract.ends_on - DAY)))


def _month_answered(response: Response) -> date:
    return first_day(month_index(response.responded_at.date()))


def _invite(rng: Random, ground: Ground) -> None:
    """Invitations by customer; those to the web question by month only, for nobody knows who saw it."""
    answered: dict[tuple[str, date], list[str]] = {}
    for response in ground.world.responses:
        answered.setdefault((response.survey_id, _month_answered(response)), []).append(response.customer_id)
    for month in MONTHS:
        active = [profile.customer_id for profile in ground.active_in(month)]
        for survey_id, share in _INVITED.items():
            others = [customer_id for customer_id in active if rng.random() < share]
            _deliver(rng, ground, survey_id, month, answered.get((survey_id, month.first), []), others)
        resolved = answered.get(("effort", month.first), [])
        _deliver(rng, ground, "effort", month, resolved, rng.choices(active, k=2 * len(resolved) + 1))
        leavers = [one for one in active if ground.leaves_within(one, month.first, 45) and rng.random() < 0.35]
        _deliver(rng, ground, "exit", month, answered.get(("exit", month.first), []), leavers)
        shown = len(answered.get(("web", month.first), [])) * rng.randrange(9, 16)
        ground.world.invitations.append(Invitation("web", month.first, "", shown))


def _deliver(rng: Random, ground: Ground, survey_id: str, month: Month, replied: list[str], others: list[str]) -> None:
    """One row per customer: as many as it answered, else one; one in fifty never arrived."""
    counts = {customer_id: 0 if rng.random() < 0.02 else 1 for customer_id in others}
    for customer_id in replied:
        if customer_id in ground.by_id:
            counts[customer_id] = replied.count(customer_id)
    ground.world.invitations += [
        Invitation(survey_id, month.first, customer_id, count) for customer_id, count in counts.items()
    ]
