"""Who is told when something needs a hand: the `alarms` block of company.yml.

Owners are the people who run the reports, never an audience: an alarm goes to nobody else. Add here: a way to reach
them. Keep out: what an alarm is (rules.py) and how it is told (channels.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from orchestration.configuration.value_types import Address, Frozen, HeaderText


class Owner(Frozen):
    """One person who gets every alarm by mail."""

    name: HeaderText
    address: Address


class Webhook(Frozen):
    """One channel. Its address is a secret and comes from the environment variable named here."""

    shape: Literal["slack", "teams", "json"]
    url_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class AlarmSettings(Frozen):
    """The owners, the channels, and the address that is called at every look (a dead man's switch)."""

    owners: tuple[Owner, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    heartbeat_url_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
