"""Storage for curves that grow while they are drawn. Does not know Qt or what is measured."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import Floats64

_FIRST_CAPACITY = 1024


class GrowingTable:
    """Named float64 columns of equal length; appending takes amortised constant time.

    Args:
        columns: names, in the order of the columns of the CSV file.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self._store = np.empty((len(self.columns), _FIRST_CAPACITY))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, column: str) -> Floats64:
        """Returns a view of one column. It does not grow with the table."""
        view: Floats64 = self._store[self.columns.index(column), : self._length]
        view.flags.writeable = False
        return view

    def append(self, **values: ArrayLike) -> None:
        """Appends rows.

        Args:
            values: one array of the same length, or one number, for each column.
        """
        rows = [np.atleast_1d(np.asarray(values[name], dtype=np.float64)) for name in self.columns]
        count = len(rows[0])
        assert all(row.shape == (count,) for row in rows), "columns of a table are of one length"
        needed = self._length + count
        if needed > self._store.shape[1]:
            grown = np.empty((len(self.columns), max(needed, 2 * self._store.shape[1])))
            grown[:, : self._length] = self._store[:, : self._length]
            self._store = grown
        for store, row in zip(self._store, rows, strict=True):
            store[self._length : needed] = row
        self._length = needed

    def clear(self) -> None:
        """Removes every row."""
        self._length = 0


def curve_table() -> GrowingTable:
    """Returns a table for one curve: the position of each point on each of the three axes, and its value."""
    return GrowingTable(("steps", "epochs", "seconds", "values"))
