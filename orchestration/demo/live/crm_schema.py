"""The company's tables and codes in its CRM: stock ones, and columns, choices and activities of its own (new_…)."""

from __future__ import annotations

from orchestration.demo.services.dataverse_tables import Table, Tables

_ID, _TEXT, _TIME, _LINK, _CODE, _NUMBER, _FLAG = (
    "Uniqueidentifier", "String", "DateTime", "Lookup", "Picklist", "Decimal", "Boolean",
)  # fmt: skip
_PEOPLE = {
    "address1_stateorprovince": _TEXT,
    "address1_country": _TEXT,
    "createdon": _TIME,
    "overriddencreatedon": _TIME,
    "modifiedon": _TIME,
    "_ownerid_value": "Owner",
    "_masterid_value": _LINK,
    "donotemail": _FLAG,
    "donotphone": _FLAG,
    "donotbulkemail": _FLAG,
    "new_segment": _TEXT,
    "new_industry": _TEXT,
    "new_acquisitionchannel": _TEXT,
    "new_acquisitionoffer": _TEXT,
    "new_loyaltytier": _TEXT,
    "new_loyaltyjoinedon": _TIME,
}
CASE_ORIGINS = {
    "voice": 1, "email": 2, "web": 3, "social": 2483,
    "live_chat": 700610000, "chatbot": 700610001, "messenger": 700610002, "video": 700610003,
}  # fmt: skip
CASE_CATEGORIES = {"delivery": 1, "billing": 2, "product": 3, "wrong_goods": 4, "account": 5}
# Stock types where there is one; the others are custom activities. A visit of the customer's is no appointment.
ACTIVITY_TYPES = {
    "email": "email", "voice": "phonecall", "social": "new_post", "live_chat": "new_chat", "chatbot": "new_bot",
    "messenger": "new_message", "video": "new_video", "visit": "new_visit", "web": "new_webcontact",
}  # fmt: skip
QUOTE_KINDS = {"quote": 1, "price_list": 2, "information": 3}
QUOTE_STATES = {"open": (0, 1), "won": (2, 4), "lost": (3, 5), "closed": (3, 6)}


def company_tables() -> Tables:
    """All tables, empty."""
    sets = {
        "accounts": Table("account", "accountid", {"accountid": _ID, "accountnumber": _TEXT, "name": _TEXT, **_PEOPLE}),
        "contacts": Table(
            "contact", "contactid", {"contactid": _ID, "new_number": _TEXT, "fullname": _TEXT, **_PEOPLE}
        ),
        "systemusers": Table("systemuser", "systemuserid", {"systemuserid": _ID, "fullname": _TEXT}),
        "transactioncurrencies": Table(
            "transactioncurrency", "transactioncurrencyid", {"transactioncurrencyid": _ID, "isocurrencycode": _TEXT}
        ),
        "salesorders": Table("salesorder", "salesorderid", _columns(
            _ID, "salesorderid", _TEXT, "ordernumber", "Customer", "_customerid_value", _TIME, "createdon",
            "overriddencreatedon", "modifiedon", _CODE, "statecode", _TEXT, "new_channel", _NUMBER, "totalamount",
            "new_margin", "exchangerate", _LINK, "_transactioncurrencyid_value",
        )),
        "incidents": Table("incident", "incidentid", _columns(
            _ID, "incidentid", _TEXT, "ticketnumber", "new_replyvariant", "Customer", "_customerid_value",
            _LINK, "_new_orderid_value", "_masterid_value", "Owner", "_ownerid_value", _TIME, "createdon",
            "overriddencreatedon", "modifiedon", "new_respondedon", "new_reopenedon",
            _CODE, "caseorigincode", "casetypecode", "new_category", "statecode", _FLAG, "merged",
        )),
        "incidentresolutions": Table("incidentresolution", "activityid", _columns(
            _ID, "activityid", _LINK, "_incidentid_value", _TIME, "actualend"
        )),
        "activitypointers": Table("activitypointer", "activityid", _columns(
            _ID, "activityid", _LINK, "_regardingobjectid_value", _TIME, "senton", "actualstart", "actualend",
            "scheduledstart", "createdon", "modifiedon", _CODE, "activitytypecode", "statecode", "statuscode",
            _TEXT, "subject", "new_number",
        )),
        "quotes": Table("quote", "quoteid", _columns(
            _ID, "quoteid", _TEXT, "quotenumber", "Customer", "_customerid_value", _TIME, "createdon",
            "overriddencreatedon", "modifiedon", "new_answeredon", _CODE, "statecode", "statuscode", "new_kind",
        )),
    }  # fmt: skip
    for activity in ACTIVITY_TYPES.values():
        columns = _columns(_ID, "activityid", _FLAG, "directioncode")
        sets[f"{activity}s"] = Table(activity, "activityid", columns)
    return Tables(sets)


def _columns(*words: str) -> dict[str, str]:
    """Types and names in one row: a type holds for the names behind it."""
    found, kind = {}, ""
    for word in words:
        if word[0].isupper():
            kind = word
        else:
            found[word] = kind
    return found
