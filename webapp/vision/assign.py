"""The best pairing of two lists, each member used at most once; the twin of static/js/core/assign.js."""

from collections.abc import Sequence
from math import inf


def assign(reward: Sequence[Sequence[float]]) -> list[int]:
    """Pair rows with columns so that the sum of the rewards is greatest; return the column of every row, or -1.

    `reward[row][column]` is finite; a pair that is worth nothing (0 or less) is not made. The Hungarian method with
    potentials (Kuhn 1955, Munkres 1957); takes rows² × (rows + columns) steps.
    """
    rows = len(reward)
    columns = len(reward[0]) if rows else 0
    width = columns + rows
    row_potential = [0.0] * (rows + 1)
    column_potential = [0.0] * (width + 1)
    owner = [0] * (width + 1)
    before = [0] * (width + 1)

    def cost(row: int, column: int) -> float:
        return -reward[row][column] if column < columns else 0.0

    for row in range(1, rows + 1):
        slack = [inf] * (width + 1)
        done = [False] * (width + 1)
        column = 0
        owner[0] = row
        while True:
            done[column] = True
            least, following = inf, 0
            for c in range(1, width + 1):
                if done[c]:
                    continue
                reduced = cost(owner[column] - 1, c - 1) - row_potential[owner[column]] - column_potential[c]
                if reduced < slack[c]:
                    slack[c] = reduced
                    before[c] = column
                if slack[c] < least:
                    least, following = slack[c], c
            for c in range(width + 1):
                if done[c]:
                    row_potential[owner[c]] += least
                    column_potential[c] -= least
                else:
                    slack[c] -= least
            column = following
            if owner[column] == 0:
                break
        while column != 0:
            owner[column] = owner[before[column]]
            column = before[column]

    pairs = [-1] * rows
    for c in range(1, columns + 1):
        if owner[c] and reward[owner[c] - 1][c - 1] > 0:
            pairs[owner[c] - 1] = c - 1
    return pairs
