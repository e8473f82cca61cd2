"""A mutant of a model: its SQL with one figure made wrong, by the smallest change that can be made to it.

A condition in the figure's definition is turned round; where it has none, the figure is multiplied by 1.01 (a date is
moved by a day, a text changed, a truth denied). Add here: another kind of change. Keep out: who notices (mutate.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp, parse_one

DIALECT = "duckdb"


class NoDefinition(LookupError):
    """The model's SQL nowhere defines a column of that name."""


@dataclass(frozen=True)
class Mutant:
    """One figure's wrong SQL, and what was done to it in words."""

    model: str
    column: str
    sql: str
    change: str


def mutant(model: str, sql: str, column: str, data_type: str) -> Mutant:
    """The model's SQL with the column made wrong where it is first computed.

    sql: compiled SQL of the model. data_type: the column's type as its contract says.
    Raises NoDefinition when no select of the SQL gives the column.
    """
    tree = parse_one(sql, dialect=DIALECT)
    found = _definitions(tree, column)
    if not found:
        raise NoDefinition(f"{model}: no select defines {column}")
    definition = found[0]
    change = _turn_condition(definition) or _change_value(definition, data_type)
    return Mutant(model, column, tree.sql(dialect=DIALECT), change)


def handed_on_mutant(model: str, sql: str, column: str, data_type: str) -> Mutant:
    """The same for a column that the SQL only hands on: it is changed in the finished rows."""
    wrong, change = _wrong_value(f"handed_on.{column}", data_type)
    return Mutant(model, column, f"select * replace ({wrong} as {column}) from ({sql}) as handed_on", change)


def is_computed(sql: str, column: str) -> bool:
    """Whether the SQL computes the column itself, and does not only hand it on."""
    return bool(_definitions(parse_one(sql, dialect=DIALECT), column))


def _definitions(tree: exp.Expression, column: str) -> list[exp.Expression]:
    """Every select item that gives the column by more than its name, in the order of the text."""
    items = [item for select in _selects(tree) for item in select.expressions if item.alias_or_name == column]
    return [item for item in items if not _hands_on(item, column)]


def _selects(tree: exp.Expression) -> list[exp.Select]:
    """All selects; those of earlier CTEs first."""
    ordered: list[exp.Select] = []
    for cte in tree.find_all(exp.CTE):
        ordered += [select for select in cte.find_all(exp.Select) if select not in ordered]
    ordered += [select for select in tree.find_all(exp.Select) if select not in ordered]
    return ordered


def _hands_on(item: exp.Expression, column: str) -> bool:
    """A bare column, or a sum, cast, coalesce or withheld copy of the column of the same name."""
    inner = item.unalias()
    names = {found.name for found in inner.find_all(exp.Column)}
    shown = isinstance(inner, exp.Case) and names == {"is_suppressed", column}
    carried = (
        exp.Cast,
        exp.Coalesce,
        exp.Sum,
        exp.Column,
        exp.Literal,
        exp.DataType,
        exp.DataTypeParam,
        exp.Identifier,
    )
    plain = all(isinstance(node, carried) for node in inner.walk())
    constant = not names
    return shown or (plain and names == {column}) or constant


def _turn_condition(item: exp.Expression) -> str | None:
    conditions = [branch.this for branch in item.find_all(exp.If)]
    # Whether a small group is withheld says nothing of the figure itself.
    telling = [one for one in conditions if {found.name for found in one.find_all(exp.Column)} != {"is_suppressed"}]
    if not telling:
        return None
    condition = telling[0]
    told = condition.sql(dialect=DIALECT)
    condition.replace(exp.Not(this=exp.Paren(this=condition.copy())))
    return f"not ({told})" if len(told) < 60 else "first condition turned"


def _change_value(item: exp.Expression, data_type: str) -> str:
    inner = item.unalias()
    wrong, change = _wrong_value(inner.sql(dialect=DIALECT), data_type)
    inner.replace(parse_one(wrong, dialect=DIALECT))
    return change


def _wrong_value(text: str, data_type: str) -> tuple[str, str]:
    """An expression that is wrong, and what was done in words."""
    kind = data_type.lower()
    if kind == "boolean":
        return f"not ({text})", "denied"
    if kind == "date":
        return f"({text}) + 1", "a day later"
    if kind.startswith("varchar"):
        return f"({text}) || '!'", "text changed"
    return f"({text}) * 1.01", "× 1.01"
