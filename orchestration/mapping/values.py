"""Computes one column of text from columns of text. Blank means null or nothing but white space.

A value that an expression cannot use (a number that is none) is handed on as it came: staging rejects the row and shows
it. Nothing here rounds but the reciprocal, which cannot be written exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.mapping.expressions import Expression, FixedText

Arrays = Mapping[str, pa.Array]


def value_of(expression: Expression, arrays: Arrays, rows: int, data_type: str, decimal_comma: bool) -> pa.Array:
    """The column an expression makes of `arrays` (field -> text); a field that is not there is blank.

    `data_type` is the contract's; `decimal_comma` is how the source writes numbers, and how a reciprocal is written.
    """
    if expression.kind == "constant":
        return pa.repeat(pa.scalar(expression.text, pa.string()), rows)
    fields = [arrays.get(name, pa.nulls(rows, pa.string())) for name in expression.fields]
    if expression.kind == "field":
        return fields[0]
    if expression.kind == "first_of":
        return pc.coalesce(*[_blank_as_null(column) for column in fields])
    if expression.kind == "concat":
        return _concat(expression, dict(zip(expression.fields, fields, strict=True)))
    if expression.kind == "reciprocal":
        places = int(data_type.removesuffix(")").partition(",")[2] or 8)
        return _of_each(fields[0], lambda text: reciprocal(text, places, decimal_comma))
    return _keys([_blank_as_null(column) for column in fields])


def text_of(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A text column as one array; an empty text is null."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.string())
    array = array.cast(pa.string())
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)


def _blank_as_null(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), pa.scalar(None, pa.string()), column)


def _concat(expression: Expression, fields: Arrays) -> pa.Array:
    """The pieces side by side; blank as soon as one field is, since half a key is another key."""
    pieces = [
        pa.scalar(piece.text, pa.string()) if isinstance(piece, FixedText) else _blank_as_null(fields[piece])
        for piece in expression.pieces
    ]
    return pc.binary_join_element_wise(*pieces, pa.scalar("", pa.string()))


def _of_each(column: pa.Array, change: Callable[[str], str]) -> pa.Array:
    """A function of every different text, computed once each."""
    coded = column.dictionary_encode()
    changed = pa.array([change(text) for text in coded.dictionary.to_pylist()], pa.string())
    return changed.take(coded.indices)


def reciprocal(text: str, places: int, decimal_comma: bool = False) -> str:
    """1 / number with so many decimals, halves away from zero; a text that is no number above 0 stays as it is."""
    try:
        number = Decimal(text.strip().replace(",", ".") if decimal_comma else text.strip())
        if not number.is_finite() or number <= 0:
            return text
        with localcontext(Context(prec=60)):
            exact = (1 / number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:
        return text
    digits = format(exact, "f")
    shown = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return shown.replace(".", ",") if decimal_comma else shown


def _keys(columns: Sequence[pa.Array]) -> pa.Array:
    """A key per row; blank where every field is."""
    rows = zip(*[column.to_pylist() for column in columns], strict=True)
    return pa.array([generated_key(row) for row in rows], pa.string())


def generated_key(values: Sequence[str | None]) -> str | None:
    """32 hexadecimal digits of SHA-256 over the values, each with its length: the same values always give the same key.

    White space around a value does not count. The lengths keep ("a", "bc") and ("ab", "c") apart; a blank is no text.
    """
    if not any(values):
        return None
    trimmed = [None if value is None else value.strip() for value in values]
    text = "|".join("-" if value is None else f"{len(value)}:{value}" for value in trimmed)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
