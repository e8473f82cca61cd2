"""The expressions of `columns`: where a column's value comes from, and what its codes and dates mean.

    amount: Net amount                                  the field of that name
    status: {field: statecode, codes: {"0": open}}      a field; its codes are kept and read as these in staging
    ordered_at: {field: Datum, date_format: "%d.%m.%Y"} a field; its text is kept and read in this form in staging
    currency: {constant: EUR}                           the same text in every row
    name: {concat: [first, " ", last]}                  fields and the text between them
    acquired_on: {first_of: [overridden, created]}      the first field that is not blank
    rate_to_base: {reciprocal: exchangerate}            1 / number
    order_id: {generated_key: [customer, day, _record]} a key made of fields, the same for the same values

`codes`, `otherwise` and `date_format` may stand with any of them but constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from orchestration.sources.files.headers import nearest

Kind = Literal["field", "constant", "concat", "first_of", "reciprocal", "generated_key"]
KINDS: tuple[Kind, ...] = ("field", "constant", "concat", "first_of", "reciprocal", "generated_key")
OPTIONS = ("codes", "otherwise", "date_format")
_LISTS = ("concat", "first_of", "generated_key")

# Of a files source: the row's ordinal in its file, and the file's name.
RECORD, FILE = "_record", "_file"


class ExpressionError(ValueError):
    """An expression that cannot be used: `path` leads to the place inside it, the message says what and the fix."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True)
class FixedText:
    """A text between the fields of concat."""

    text: str


Piece = str | FixedText


@dataclass(frozen=True)
class Expression:
    """One column's source. `pieces` are its fields (and texts, for concat); `text` is the constant.

    codes: field's code -> meaning, None without any. otherwise: meaning of a code that is not listed; None keeps it.
    """

    kind: Kind
    pieces: tuple[Piece, ...] = ()
    text: str = ""
    codes: Mapping[str, str] | None = field(default=None, hash=False)
    otherwise: str | None = None
    date_format: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The source fields it reads, each once."""
        return tuple(dict.fromkeys(piece for piece in self.pieces if isinstance(piece, str)))

    @property
    def has_meaning(self) -> bool:
        """Whether staging reads its text by codes or a date format of its own."""
        return bool(self.codes) or self.date_format is not None

    @property
    def is_rename(self) -> bool:
        """Whether landing keeps one field's text as it came."""
        return self.kind == "field" and not set(self.pieces) & {RECORD, FILE}


def parse(raw: Any) -> Expression:
    """The expression of a value as YAML gives it: a field's name, or a block with one kind and its options.

    Raises:
        ExpressionError: no such expression, or a part of it that cannot be used.
    """
    if not isinstance(raw, dict):
        return Expression("field", (_name(raw, "a field's name"),))
    unknown = [key for key in raw if key not in (*KINDS, *OPTIONS)]
    if unknown:
        known = [*KINDS, *OPTIONS]
        raise ExpressionError(f'"{unknown[0]}" is not known; nearest is "{nearest(str(unknown[0]), known, 0.0)}"',
                              (str(unknown[0]),))  # fmt: skip
    kinds = [kind for kind in KINDS if kind in raw]
    if len(kinds) != 1:
        named = " and ".join(kinds) or "none"
        raise ExpressionError(f"exactly one of {', '.join(KINDS)} is needed ({named} given); write one")
    kind = kinds[0]
    if kind == "constant":
        return _constant(raw)
    return Expression(
        kind,
        _pieces(kind, raw[kind]),
        codes=_codes(raw),
        otherwise=_otherwise(raw),
        date_format=_name(raw["date_format"], 'a form such as "%d.%m.%Y"', "date_format")
        if "date_format" in raw
        else None,
    )


def _constant(raw: Mapping[str, Any]) -> Expression:
    options = [name for name in OPTIONS if name in raw]
    if options:
        raise ExpressionError(
            f"{options[0]} does not go with constant; write what it means as the constant", (options[0],)
        )
    return Expression("constant", text=_text(raw["constant"], "constant"))


def _pieces(kind: Kind, raw: Any) -> tuple[Piece, ...]:
    if kind not in _LISTS:
        return (_name(raw, "a field's name", kind),)
    if not isinstance(raw, list) or not raw:
        raise ExpressionError(f"{kind} needs a list of fields; write [first, second]", (kind,))
    pieces = tuple(_piece(kind, item, place) for place, item in enumerate(raw))
    if not any(isinstance(piece, str) for piece in pieces):
        raise ExpressionError(f"{kind} names no field; for a text that never changes write constant", (kind,))
    return pieces


def _piece(kind: Kind, raw: Any, place: int) -> Piece:
    """A field; in concat also a text: {constant: "A-"}, or one without any letter or digit, such as "-"."""
    if kind == "concat" and isinstance(raw, dict) and set(raw) == {"constant"}:
        return FixedText(_text(raw["constant"], kind, place, "constant"))
    if kind == "concat" and isinstance(raw, str) and not any(letter.isalnum() for letter in raw):
        return FixedText(raw)
    return _name(raw, "a field's name", kind, place)


def _codes(raw: Mapping[str, Any]) -> dict[str, str] | None:
    if "codes" not in raw:
        if "otherwise" in raw:
            raise ExpressionError("otherwise needs codes; add them", ("otherwise",))
        return None
    codes = raw["codes"]
    if not isinstance(codes, dict) or not codes:
        raise ExpressionError('codes needs a block of code: meaning; write {"0": open, "1": completed}', ("codes",))
    return {_text(code, "codes").strip(): _text(codes[code], "codes", str(code)).strip() for code in codes}


def _otherwise(raw: Mapping[str, Any]) -> str | None:
    return _text(raw["otherwise"], "otherwise").strip() if "otherwise" in raw else None


def _name(raw: Any, what: str, *path: str | int) -> str:
    text = _text(raw, *path).strip()
    if not text:
        raise ExpressionError(f"it is blank; write {what}", path)
    return text


def _text(raw: Any, *path: str | int) -> str:
    """Text as it was written: 0 and true are certain, 1.50 and 2024-01-31 would lose their form.

    Raises:
        ExpressionError: neither text, whole number nor true or false.
    """
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (str, int)):
        return str(raw)
    if isinstance(raw, (dict, list)) or raw is None:
        raise ExpressionError(f"{raw!r} is no text; write a text", path)
    raise ExpressionError(f'{raw} may be written in many ways; put it in quotes: "{raw}"', path)
