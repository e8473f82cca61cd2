"""Writes CDNOW's purchases as the files a company would deliver: customers and orders, under the canonical names.

    python examples/cdnow/prepare.py [folder]        default: $HOLDFAST_DATA/cdnow

CDNOW sold CDs online. Its published history holds every purchase to the end of June 1998 of the 23,570 customers who
first bought in the first quarter of 1997. Each purchase line becomes one completed order in US dollars, dated by day.
The data file ships in the PyPI package `lifetimes`, which is read as a file and never imported.

Keep out: any computing of figures.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

DATA_FILE = "lifetimes/datasets/CDNOW_master.txt"
PURCHASES = 69_659
CUSTOMERS = 23_570
# The files are named by the last month of the history: that is their delivery date.
LAST_MONTH = "1998-06"


class PrepareError(RuntimeError):
    """The purchases cannot be read, or are not the ones expected; the message names the file and the fix."""


class Purchase(NamedTuple):
    """One line of the data file. order_id is its number from 1; amount is in dollars, as written."""

    order_id: int
    customer_id: str
    ordered_on: date
    amount: str


def data_file() -> Path:
    """Where the installed package keeps the purchases.

    Raises:
        PrepareError: the package is not installed.
    """
    try:
        return Path(str(distribution("lifetimes").locate_file(DATA_FILE)))
    except PackageNotFoundError as error:
        raise PrepareError("the package lifetimes is not installed; run `./run setup --dev`") from error


def read_purchases(path: Path) -> Iterator[Purchase]:
    """The purchases in the order of the file; its header is skipped.

    Raises:
        PrepareError: a line that does not hold customer, day, number of CDs and amount.
    """
    with path.open(encoding="ascii") as lines:
        next(lines)
        for number, line in enumerate(lines, 1):
            try:
                customer, day, _, amount = line.split()
                yield Purchase(number, customer, date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}"), amount)
            except ValueError as error:
                raise PrepareError(f"{path}:{number + 1}: not a purchase line ({error}): {line.strip()!r}") from error


def write_files(purchases: list[Purchase], folder: Path) -> tuple[Path, Path]:
    """Writes customers_1998-06.csv and orders_1998-06.csv into the folder; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    customers = folder / f"customers_{LAST_MONTH}.csv"
    with customers.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["customer_id"])
        writer.writerows([customer] for customer in sorted({purchase.customer_id for purchase in purchases}))
    orders = folder / f"orders_{LAST_MONTH}.csv"
    with orders.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["order_id", "customer_id", "ordered_at", "status", "amount", "currency"])
        writer.writerows(
            [item.order_id, item.customer_id, item.ordered_on.isoformat(), "completed", item.amount, "USD"]
            for item in purchases
        )
    return customers, orders


def prepare(folder: Path) -> tuple[Path, Path]:
    """Reads the package's data file and writes both files.

    Raises:
        PrepareError: the package is missing, or the file is not the one of 69,659 purchases and 23,570 customers.
    """
    source = data_file()
    purchases = list(read_purchases(source))
    customers = len({purchase.customer_id for purchase in purchases})
    if (len(purchases), customers) != (PURCHASES, CUSTOMERS):
        raise PrepareError(
            f"{source}: {len(purchases)} purchases of {customers} customers instead of {PURCHASES} of {CUSTOMERS}; "
            "install the locked version of lifetimes"
        )
    return write_files(purchases, folder)


def main(arguments: list[str]) -> None:
    """Runs prepare() into the folder given, or into $HOLDFAST_DATA/cdnow."""
    folder = Path(arguments[0]) if arguments else Path(os.environ.get("HOLDFAST_DATA") or "data") / "cdnow"
    for file in prepare(folder):
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
