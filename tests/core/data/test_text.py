"""Texts in memory: batches of similar length, recognisable padding, and correct splits."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.base import Card
from core.data.text import Examples, TextData, TextDatasetConfig, TextSplit, assemble, set_apart, without_doubles
from core.data.tokenizer import Tokenizer
from core.generators import pull

LENGTHS = st.lists(st.integers(0, 40), min_size=1, max_size=80)


def split_of(lengths: list[int]) -> TextSplit:
    """Returns texts of the given lengths; the ids of the i-th are i + 1, i + 1, ... and its class is i % 3."""
    tokens = [i + 1 for i, length in enumerate(lengths) for _step in range(length)]
    return TextSplit(
        torch.tensor(tokens, dtype=torch.int32),
        torch.tensor([0, *itertools.accumulate(lengths)]),
        torch.arange(len(lengths)) % 3,
        [f"text {i}" for i in range(len(lengths))],
    )


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(LENGTHS, st.integers(1, 16), st.integers(0, 5) | st.none())
@settings(deadline=None)
def test_every_text_is_in_exactly_one_batch(lengths: list[int], batch_size: int, seed: int | None) -> None:
    split = split_of(lengths)
    batches = split.order(batch_size, None if seed is None else generator(seed))
    assert sorted(torch.cat(batches).tolist()) == list(range(len(lengths)))
    assert sorted(map(len, batches))[1:] == [batch_size] * (len(batches) - 1)


@given(LENGTHS)
@settings(deadline=None)
def test_a_batch_holds_the_tokens_of_its_texts_and_padding(lengths: list[int]) -> None:
    split = split_of(lengths)
    index_B = torch.arange(len(lengths)).flip(0)
    (tokens_BT, lengths_B), targets_B = split.batch(index_B)
    assert tokens_BT.dtype == lengths_B.dtype == targets_B.dtype == torch.int64
    assert tokens_BT.shape == (len(lengths), max(*lengths, 1))
    assert lengths_B.tolist() == lengths[::-1]
    assert targets_B.tolist() == [i % 3 for i in index_B.tolist()]
    for row, i in enumerate(index_B.tolist()):
        assert tokens_BT[row].tolist() == [i + 1] * lengths[i] + [0] * (tokens_BT.shape[1] - lengths[i])


def test_the_order_depends_on_the_generator_alone() -> None:
    split = split_of([i % 37 for i in range(300)])
    one, same, other = (torch.cat(split.order(16, generator(seed))).tolist() for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_which_texts_share_a_batch_changes_from_epoch_to_epoch() -> None:
    split = split_of([5 + i % 20 for i in range(400)])
    first, second = ({frozenset(batch.tolist()) for batch in split.order(16, generator(seed))} for seed in (1, 2))
    assert len(first & second) < len(first) / 4


def test_short_and_long_batches_come_in_no_order() -> None:
    split = split_of([1 + i % 40 for i in range(800)])
    lengths = [int(split.batch(index)[0][1].max()) for index in split.order(16, generator(0))]
    rising = sum(a <= b for a, b in itertools.pairwise(lengths))
    assert len(lengths) * 0.25 < rising < len(lengths) * 0.75


def test_without_a_generator_short_texts_come_first() -> None:
    split = split_of([9, 3, 7, 3, 1])
    assert torch.cat(split.order(2, None)).tolist() == [4, 1, 3, 2, 0]


def test_nine_tenths_of_a_batch_are_text() -> None:
    # Lengths as in SST-2: many short, few long.
    lengths = (torch.rand(20_000, generator=generator(0)).log().neg() * 9 + 1).int().tolist()
    split = split_of(lengths)
    padded = sum(split.batch(index)[0][0].numel() for index in split.order(64, generator(1)))
    assert sum(lengths) / padded > 0.9
    in_any_order = sum(64 * max(lengths[i : i + 64]) for i in range(0, len(lengths), 64))
    assert padded < in_any_order / 2


def test_an_empty_split_has_no_batches() -> None:
    assert split_of([]).order(8, None) == []
    assert split_of([]).order(8, generator(0)) == []


@pytest.mark.parametrize(("strength", "share"), [("light", 0.1), ("strong", 0.25)])
def test_augmentation_leaves_words_out_and_closes_the_gap(strength: str, share: float) -> None:
    split = TextSplit(
        torch.arange(1, 50 * 40 + 1, dtype=torch.int32), torch.arange(0, 2001, 40), torch.zeros(50).long(), ["x"] * 50
    )
    torch.manual_seed(0)
    (tokens_BT, lengths_B), _targets = split.batch(torch.arange(50), strength)
    assert tokens_BT.shape[1] == lengths_B.max()
    assert abs(1 - lengths_B.sum().item() / 2000 - share) < 0.03
    for row, length in enumerate(lengths_B.tolist()):
        kept = tokens_BT[row, :length].tolist()
        assert kept == sorted(set(kept))
        assert all(row * 40 < token <= row * 40 + 40 for token in kept)
        assert (tokens_BT[row, length:] == 0).all()


def test_augmentation_leaves_at_least_one_word_and_nothing_of_nothing() -> None:
    split = split_of([1, 0, 2, 1])
    torch.manual_seed(0)
    for _time in range(50):
        (tokens_BT, lengths_B), _targets = split.batch(torch.arange(4), "strong")
        assert lengths_B[[0, 1, 3]].tolist() == [1, 0, 1]
        assert lengths_B[2] >= 1
        assert tokens_BT[:, 0].tolist() == [1, 0, 3, 4]


def test_a_split_on_another_device_is_the_same() -> None:
    split = split_of([3, 1])
    assert split.to(torch.device("cpu")) is split
    moved = split.to(torch.device("meta"))
    assert moved.tokens_S.device.type == "meta"
    assert moved.texts == split.texts


def examples(count: int) -> Examples:
    return Examples([f"this is text number {i}" for i in range(count)], [i % 2 for i in range(count)])


def test_a_dataset_is_cut_by_seed_and_knows_only_the_words_it_trains_on() -> None:
    data = pull(assemble(TextDatasetConfig(), 3, Card("t", "s", "l"), ("a", "b"), examples(100), lambda: examples(5)))
    assert isinstance(data, TextData)
    assert [len(data.split(name)) for name in ("train", "validation", "test")] == [90, 10, 5]
    assert not set(data.split("train").texts) & set(data.split("validation").texts)
    assert data.input_spec.input.tokenizer == Tokenizer.build(data.split("train").texts, 10_000).to_json()
    assert data.input_spec.input.vocabulary_size == len(Tokenizer.from_json(data.input_spec.input.tokenizer))
    again = pull(assemble(TextDatasetConfig(), 3, Card("t", "s", "l"), ("a", "b"), examples(100), lambda: examples(5)))
    assert again.split("validation").texts == data.split("validation").texts


def test_the_test_split_is_read_when_it_is_asked_for_and_once() -> None:
    asked = []

    def read_test() -> Examples:
        asked.append(1)
        return examples(4)

    data = pull(assemble(TextDatasetConfig(), 0, Card("t", "s", "l"), ("a", "b"), examples(40), read_test))
    assert not asked
    assert data.split("test") is data.split("test")
    assert len(asked) == 1


def test_examples_set_apart_for_validation_stay_what_they_are() -> None:
    validation = examples(7)
    for limit, expected in ((None, 50), (20, 20), (500, 50)):
        config = TextDatasetConfig(train_examples=limit)
        data = pull(assemble(config, 0, Card("t", "s", "l"), ("a", "b"), examples(50), lambda: validation, validation))
        assert len(data.split("train")) == expected
        assert list(data.split("validation").texts) == validation.texts


def test_long_texts_are_cut() -> None:
    long = Examples(["word " * 1000] * 4, [0, 1, 0, 1])
    data = pull(assemble(TextDatasetConfig(max_length=16), 0, Card("t", "s", "l"), ("a", "b"), long, lambda: long))
    (_tokens, lengths_B), _targets = data.split("train").batch(torch.arange(2))
    assert lengths_B.tolist() == [16, 16]


@given(st.integers(2, 200), st.integers(0, 3))
@settings(deadline=None, max_examples=40)
def test_examples_set_apart_for_testing_are_a_tenth_of_each_class(count: int, shift: int) -> None:
    train, test = set_apart(examples(count))
    assert sorted(train.texts + test.texts) == sorted(examples(count).texts)
    for label in (0, 1):
        members = examples(count).labels.count(label)
        assert test.labels.count(label) == min(max(round(members * 0.1), 1), max(members - 2, 0))


def test_adding_examples_changes_little_of_the_test_set() -> None:
    before, after = (set(set_apart(examples(count))[1].texts) for count in (1000, 1020))
    assert len(before & after) > 0.9 * len(before)


def test_doubles_and_empty_texts_are_removed() -> None:
    assert without_doubles(Examples(["a", "b", "", "a"], [0, 1, 1, 1])) == Examples(["a", "b"], [0, 1])
