"""Recipes of who may leave: signals, and value against risk."""

from __future__ import annotations

from typing import Any

from tests.truth.rates import Row, rated
from tests.truth.recipe import PERIOD, SCOPE, Recipe

THIRDS = ("top", "middle", "rest")
BANDS = ("0", "1", "2", "3+")


def _every_cell(rows: list[Row]) -> None:
    """All twelve cells of each scope and month; offers are 0 where some are known in the scope, else unknown."""
    scopes: dict[tuple[Any, ...], dict[tuple[str, str], Row]] = {}
    for row in rows:
        scopes.setdefault(tuple(row[key] for key in (*SCOPE, *PERIOD)), {})[row["value_third"], row["risk_band"]] = row
    for scope, cells in scopes.items():
        nothing = 0 if any(row["offers"] is not None for row in cells.values()) else None
        for third in THIRDS:
            for band in BANDS:
                if (third, band) not in cells:
                    named = dict(zip((*SCOPE, *PERIOD), scope, strict=True))
                    cell = {"value_third": third, "risk_band": band, "customers": 0, "value_at_stake": 0}
                    rows.append({**named, **cell, "offers": nothing, "accepted_offers": nothing})
        for row in cells.values():
            row["offers"] = nothing if row["offers"] is None else row["offers"]
            row["accepted_offers"] = nothing if row["accepted_offers"] is None else row["accepted_offers"]


RISK_RECIPES = (
    Recipe(
        "rpt_risk_signals",
        "fct_risk_signals",
        "active_customers",
        keys=("signal",),
        beside=(*PERIOD, "signal"),
        shown=("is_available",),
        figures=(
            rated(
                "at_risk_rate",
                "at_risk_rate",
                "customers",
                lambda row: row["active_customers"] if row["is_available"] else None,
            ),
        ),
    ),
    Recipe(
        "rpt_value_risk",
        "fct_value_risk",
        "customers",
        keys=("value_third", "risk_band"),
        prepare=_every_cell,
        figures=(rated("accepted_rate", "accepted_rate", "accepted_offers", "offers"),),
    ),
)
