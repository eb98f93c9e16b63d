import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.base import cut, cut_sizes

targets = st.lists(st.integers(0, 4), min_size=2, max_size=80).map(torch.tensor)
fractions = st.floats(0.01, 0.5)
seeds = st.integers(0, 2**31 - 1)
few_examples = settings(max_examples=80, deadline=None)


@given(targets, fractions, seeds)
@few_examples
def test_training_and_validation_share_nothing_and_lose_nothing(targets_N, fraction, seed):
    train, validation = cut(targets_N, fraction, None, seed)
    assert sorted(train.tolist() + validation.tolist()) == list(range(len(targets_N)))


@given(targets, fractions, seeds)
@few_examples
def test_each_class_gives_its_share_and_keeps_one_to_train_on(targets_N, fraction, seed):
    train, validation = cut(targets_N, fraction, None, seed)
    for label in targets_N.unique():
        size = int((targets_N == label).sum())
        held = int((targets_N[validation] == label).sum())
        assert (targets_N[train] == label).any()
        assert abs(held - size * fraction) <= 1
        assert held >= (1 if size > 1 else 0)


@given(targets, fractions, seeds, st.integers(2, 100))
@few_examples
def test_a_limit_is_kept_evenly_and_leaves_validation_whole(targets_N, fraction, seed, limit):
    whole, validation = cut(targets_N, fraction, None, seed)
    train, same_validation = cut(targets_N, fraction, limit, seed)
    assert len(train) == min(limit, len(whole))
    assert set(train.tolist()) <= set(whole.tolist())
    assert torch.equal(validation, same_validation)
    available = targets_N[whole].bincount(minlength=5)
    used = targets_N[train].bincount(minlength=5)
    unexhausted = used[used < available]
    if len(unexhausted) > 1:
        assert unexhausted.max() - unexhausted.min() <= 1


@given(targets, fractions, seeds)
@few_examples
def test_the_seed_decides(targets_N, fraction, seed):
    once, again = cut(targets_N, fraction, 10, seed), cut(targets_N, fraction, 10, seed)
    assert torch.equal(once[0], again[0])
    assert torch.equal(once[1], again[1])


def test_another_seed_cuts_elsewhere():
    targets_N = torch.arange(1000) % 10
    assert not torch.equal(cut(targets_N, 0.1, None, 0)[1], cut(targets_N, 0.1, None, 1)[1])


@given(st.integers(20, 10_000), fractions, st.none() | st.integers(2, 20_000))
@few_examples
def test_the_sizes_are_known_beforehand(examples, fraction, limit):
    targets_N = torch.arange(examples) % 5
    train, validation = cut(targets_N, fraction, limit, 0)
    expected_train, expected_validation = cut_sizes(examples, fraction, limit)
    assert abs(len(train) - expected_train) <= 5
    assert abs(len(validation) - expected_validation) <= 5
