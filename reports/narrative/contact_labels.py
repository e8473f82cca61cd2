"""Labels of contact: the words for channels, subjects of cases, reviewers, drivers of a score and tenure bands.

Add here: the label of a new code of these kinds. Keep out: codes that pages without contact have (labels.py). A code
that is not listed is printed as it came, its underscores read as spaces.
"""

from __future__ import annotations

from collections.abc import Mapping

from reports.narrative import labels
from reports.narrative.labels import label
from reports.text import N_, Text

CHANNELS: Mapping[str, str] = {
    **labels.CHANNELS,
    "phone": labels.CHANNELS["voice"],
    "sms": N_("Text message"),
    "letter": N_("Letter"),
    "in_person": N_("In person"),
    "app": N_("App"),
    "shop": N_("Own shop"),
    "marketplace": N_("Marketplace"),
}
SUBJECTS: Mapping[str, str] = {
    "account": N_("Account"),
    "billing": N_("Billing"),
    "bug": N_("Fault"),
    "delivery": N_("Delivery"),
    "product": N_("Product"),
    "wrong_goods": N_("Wrong goods"),
    "returns": N_("Returns"),
    "service": N_("Service"),
    "other": N_("Other"),
}
REVIEWERS: Mapping[str, str] = {
    "own": N_("Own review"),
    "colleague": N_("Colleague"),
    "lead": N_("Team lead"),
}
VARIANTS: Mapping[str, str] = {
    "personal": N_("Personal"),
    "short": N_("Short"),
    "template": N_("Template"),
}
DRIVERS: Mapping[str, str] = {
    "delivery": N_("Delivery"),
    "effort": N_("Little effort"),
    "price": N_("Price"),
    "product": N_("Product"),
    "quality": N_("Quality"),
    "service": N_("Service"),
    "support": N_("Support"),
    "ordering": N_("Ordering"),
    "invoice": N_("Invoice"),
}
TENURE: Mapping[str, str] = {
    "0-3": N_("Joined 0–3 months ago"),
    "4-12": N_("Joined 4–12 months ago"),
    "13+": N_("Joined 13+ months ago"),
}
SHORT_SURVEYS: Mapping[str, str] = {**labels.SURVEYS, "nps": N_("NPS"), "csat": N_("CSAT")}
PLATFORMS: Mapping[str, str] = {"google": "Google", "trustpilot": "Trustpilot", "facebook": "Facebook"}


def contact_label(text: Text, table: Mapping[str, str], code: str) -> str:
    """The word for a code; an unlisted one as it came but with a capital, "(none)" and an empty one in words."""
    if code in table:
        return text.gettext(table[code])
    name = code.replace("_", " ")
    return text.f.label(label(text, {}, name[:1].upper() + name[1:]))
