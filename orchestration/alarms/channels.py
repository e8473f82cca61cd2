"""How an alarm reaches its owners: a mail each, and a webhook call per channel (Slack, Teams, or plain JSON).

Nobody but the owners of config/company.yml is ever addressed; no audience is read here. Mail goes the way reports go.
A webhook's address is a secret: it comes from the environment, is called by verified TLS (plain http to this machine
only), without redirects, and stands in no message. Add here: a shape. Keep out: when to speak (rules.py).
"""

from __future__ import annotations

import email.policy
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from orchestration.alarms.rules import News, subject, text
from orchestration.alarms.settings import Owner, Webhook
from orchestration.delivery.message import Letter
from orchestration.delivery.send import transport_for
from orchestration.delivery.smtp import is_loopback
from orchestration.delivery.transport import TransportError
from orchestration.settings import MailSettings, Settings

# A look is given a minute by its daemon; no channel may take that from the others.
TIMEOUT_SECONDS = 5.0
MAX_MESSAGE_BYTES = 200_000
_POLICY = email.policy.SMTP.clone(cte_type="7bit")


class ChannelError(RuntimeError):
    """A channel did not take the news; the message names it and what it answered, never its address."""


@dataclass(frozen=True)
class Channel:
    """A way to somebody: its name in the book, and how it is told. `tell` raises ChannelError."""

    name: str
    tell: Callable[[News, datetime], None]


def alarm_mail(mail: MailSettings, company: str, owner: Owner, news: News, now: datetime) -> Letter:
    """The mail to one owner. Its Message-ID follows from what it tells."""
    told = sorted(f"{alarm.cause.key} {alarm.raised_at} {alarm.ended_at}" for alarm in (*news.raised, *news.ended))
    digest = hashlib.sha256("\n".join([owner.address.lower(), *told]).encode()).hexdigest()[:32]
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(mail.sender_name, addr_spec=mail.sender_address)
    message["To"] = Address(owner.name, addr_spec=owner.address)
    # A reason may quote a file or a server; a header takes only what it can hold.
    message["Subject"] = "".join(c if c.isprintable() else " " for c in subject(company, news)).replace("=?", "= ?")
    message["Date"] = format_datetime(now.replace(microsecond=0))
    message["Message-ID"] = f"<alarm-{digest}@{mail.sender_address.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text(news))
    content = message.as_bytes()
    return Letter(message["Message-ID"], mail.sender_address, owner.address, content, content, MAX_MESSAGE_BYTES)


def mail_channel(settings: Settings, owner: Owner, environment: Mapping[str, str]) -> Channel:
    """Mails an owner by the company's transport; the outbox keeps alarms in `alarms/`."""
    name = f"mail {owner.address.lower()}"

    def tell(news: News, now: datetime) -> None:
        letter = alarm_mail(settings.company.mail, settings.company.name, owner, news, now)
        try:
            transport = transport_for(_impatient(settings), environment)
        except TransportError as error:
            raise ChannelError(f"{name}: {error}") from error
        outcome = transport.send(letter, f"alarms/{letter.message_id[1:23]}.eml")
        transport.close()
        # Unknown counts as told: an alarm a minute would bury the others.
        if outcome.state not in ("sent", "unknown"):
            raise ChannelError(f"{name}: {outcome.detail}")

    return Channel(name, tell)


def _impatient(settings: Settings) -> Settings:
    mail = settings.company.mail
    if mail.smtp is None:
        return settings
    smtp = mail.smtp.model_copy(update={"timeout_seconds": min(TIMEOUT_SECONDS, mail.smtp.timeout_seconds)})
    company = settings.company.model_copy(update={"mail": mail.model_copy(update={"smtp": smtp})})
    return settings.model_copy(update={"company": company})


def _slack(title: str, words: str) -> dict[str, Any]:
    # Slack reads & < > as its own marks.
    plain = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": title, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"```{plain[:2900]}```"}}]}


def _teams(title: str, words: str) -> dict[str, Any]:
    blocks = [
        {"type": "TextBlock", "text": title, "weight": "Bolder", "wrap": True},
        {"type": "TextBlock", "text": words[:20_000], "fontType": "Monospace", "wrap": True},
    ]
    card = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4"}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {**card, "body": blocks}}
    return {"type": "message", "attachments": [attachment]}


def payload(shape: str, company: str, news: News) -> dict[str, Any]:
    """What is posted: a Slack message, a Teams card, or the alarms as plain JSON (times in ISO form, UTC)."""
    title, words = subject(company, news), text(news)
    if shape == "slack":
        return _slack(title, words)
    if shape == "teams":
        return _teams(title, words)
    listed = [
        {
            "key": alarm.cause.key,
            "kind": alarm.cause.kind,
            "what": alarm.cause.what,
            "since": alarm.cause.since.isoformat(),
            "to_do": alarm.cause.do,
            "ended_at": alarm.ended_at.isoformat() if alarm.ended_at else None,
        }
        for alarm in (*news.raised, *news.ended)
    ]
    return {"title": title, "company": company, "alarms": listed}


def call(name: str, variable: str, environment: Mapping[str, str], body: dict[str, Any] | None) -> None:
    """POSTs a body as JSON to the address a variable holds, or GETs it where there is no body.

    Raises:
        ChannelError: no address, no TLS, no connection, or an answer other than 2xx.
    """
    address = environment.get(variable, "").strip()
    parts = urlsplit(address)
    if not parts.hostname:
        raise ChannelError(f"{name}: environment variable {variable} holds no address; set it")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ChannelError(f"{name}: the address in {variable} is not https")
    proxy = None if proxy_bypass(parts.hostname) else getproxies().get(parts.scheme)
    pool = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
    try:
        answer = pool.request(
            "GET" if body is None else "POST",
            address,
            body=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            timeout=TIMEOUT_SECONDS,
            retries=False,
            redirect=False,
        )
    except urllib3.exceptions.HTTPError as error:
        # The error's own words name host and path; a webhook's path is its password.
        raise ChannelError(f"{name}: cannot be reached ({type(error).__name__})") from None
    finally:
        pool.clear()
    if not 200 <= answer.status < 300:
        raise ChannelError(f"{name}: answered {answer.status}")


def webhook_channel(company: str, hook: Webhook, environment: Mapping[str, str]) -> Channel:
    """Posts to the address that the hook's variable holds."""
    name = f"{hook.shape} {hook.url_env}"
    return Channel(name, lambda news, _: call(name, hook.url_env, environment, payload(hook.shape, company, news)))


def channels_of(settings: Settings, environment: Mapping[str, str]) -> list[Channel]:
    """Every way to the owners; webhooks first, since they do not wait for a mail server."""
    alarms, company = settings.company.alarms, settings.company.name
    hooks = [webhook_channel(company, hook, environment) for hook in alarms.webhooks]
    return [*hooks, *(mail_channel(settings, owner, environment) for owner in alarms.owners)]
