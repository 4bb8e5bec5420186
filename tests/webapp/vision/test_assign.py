from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from webapp.vision.assign import assign

Rewards = list[list[int]]
rewards = st.tuples(st.integers(0, 4), st.integers(0, 4)).flatmap(
    lambda shape: st.lists(st.lists(st.integers(-20, 30), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0])
)


def greatest(reward: Rewards) -> int:
    """Find the greatest sum by trying everything; columns beyond the last stand for no pair."""
    columns = len(reward[0]) if reward else 0
    choices = permutations(range(columns + len(reward)), len(reward))
    return max(sum(max(0, row[column]) for row, column in zip(reward, choice, strict=True) if column < columns) for choice in choices)


@given(rewards)
def test_no_pairing_is_better_than_the_one_found(reward: Rewards) -> None:
    pairs = assign(reward)

    made = [(row, column) for row, column in enumerate(pairs) if column >= 0]
    assert sum(reward[row][column] for row, column in made) == greatest(reward)
    assert len({column for _, column in made}) == len(made)
    assert all(reward[row][column] > 0 for row, column in made)
