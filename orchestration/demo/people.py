"""Names and places of the demo's customers and staff. All invented; they carry the letters of their languages."""

from __future__ import annotations

from random import Random

REGIONS = {
    "HU": ("Közép-Magyarország", "Dunántúl", "Észak-Magyarország", "Alföld"),
    "PL": ("Mazowieckie", "Łódzkie", "Śląskie", "Małopolskie"),
    "AT": ("Wien", "Steiermark", "Oberösterreich"),
}
OWNERS = {
    "HU": ("Őry Gergő", "Szűcs Ágnes", "Kővári Dénes"),
    "PL": ("Żaneta Śliwińska", "Łukasz Wójcik", "Józef Gąsior"),
    "AT": ("Käthe Gruber", "Jörg Weiß"),
}
# One owner leaves and another takes over all of their customers.
OWNER_CHANGE = {"Kővári Dénes": "Erdős Tímea"}
INDUSTRIES = ("construction", "joinery", "electrical", "plumbing", "landscaping", "retail", "hospitality")
CHANNELS = ("web", "referral", "trade_fair", "partner", "advertising")
OFFERS = ("none", "discount", "free")
AGENTS = ("Bíró Lőrinc", "Ewa Kośmider", "Anna Steiner", "Tóth Zsófia")
COMPETITORS = {"HU": ("Vasudvar", "Szerszámbolt"), "PL": ("Bartek Hurt", "Narzędziownia"), "AT": ("Baumeister24",)}

_FAMILY = {
    "HU": ("Kovács", "Szűcs", "Tóth", "Győri", "Fehér", "Lőrincz", "Csűrös", "Bíró", "Erdős", "Molnár", "Fűzfa"),
    "PL": ("Wiśniewski", "Dąbrowska", "Łuczak", "Żak", "Wójcik", "Gąska", "Kośmider", "Świątek", "Zięba", "Cień"),
    "AT": ("Gruber", "Müller", "Höfer", "Weiß", "Käfer", "Steiner", "Jäger", "Öhler"),
}
_GIVEN = {
    "HU": ("Ágnes", "Gergő", "Zsófia", "Bence", "Tünde", "Lőrinc", "Ödön"),
    "PL": ("Łukasz", "Żaneta", "Józef", "Małgorzata", "Bożena", "Kamil"),
    "AT": ("Käthe", "Jörg", "Anna", "Günther", "Lukas"),
}
_FORM = {
    "HU": ("Kft.", "Bt.", "és Társa Kft."),
    "PL": ("sp. z o.o.", "S.A.", "i Synowie"),
    "AT": ("GmbH", "OG", "& Söhne"),
}
_REASON_TEXT = {
    "HU": ("Túl drága lett, őszintén szólva.", "Későn jött az áru.", "Megszűnt a cég."),
    "PL": ("Za drogo; wybraliśmy inną firmę.", "Przesyłki się spóźniały.", "Zamykamy działalność."),
    "AT": ("Zu teuer geworden.", "Die Lieferung kam zu spät.", "Wir schließen."),
}
_COMMENTS = {
    "HU": ("Gyors és pontos, köszönöm.", "Őszintén: lehetne jobb."),
    "PL": ("Świetna obsługa, dziękuję!", "Paczka znów się spóźniła…"),
    "AT": ("Schnell und zuverlässig.", "Könnte günstiger sein."),
}


def company_name(rng: Random, country: str) -> str:
    """`Szűcs és Társa Kft.`; some hold a comma, so that a field must be quoted."""
    family = rng.choice(_FAMILY[country])
    if rng.random() < 0.08:
        return f"{family}, {rng.choice(_FAMILY[country])} {_FORM[country][0]}"
    return f"{family} {rng.choice(_FORM[country])}"


def person_name(rng: Random, country: str) -> str:
    """A person's name in the order of the country."""
    family, given = rng.choice(_FAMILY[country]), rng.choice(_GIVEN[country])
    return f"{family} {given}" if country == "HU" else f"{given} {family}"


def reason_text(rng: Random, country: str) -> str:
    """What a leaving customer writes in a form's free field; mostly nothing."""
    return rng.choice(_REASON_TEXT[country]) if rng.random() < 0.4 else ""


def comment(rng: Random, country: str) -> str:
    """What a respondent writes in a survey's free field; mostly nothing."""
    return rng.choice(_COMMENTS[country]) if rng.random() < 0.12 else ""
