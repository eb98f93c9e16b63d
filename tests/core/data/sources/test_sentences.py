"""The sentences that come with the program, as datasets."""

import pytest
import torch

from core.data.sources.sentences import sentences
from core.data.text import TextData
from core.data.tokenizer import Tokenizer
from core.generators import pull
from core.runs.config import datasets

FILES = {"sentences": ["english"], "sentences_zh": ["chinese"], "sentences_mixed": ["english", "chinese"]}


def load(key: str, seed: int = 0, **settings: object) -> TextData:
    data = pull(datasets()[key](**settings).load(seed))
    assert isinstance(data, TextData)
    return data


@pytest.mark.parametrize("key", FILES)
def test_the_files_decide_the_splits_and_the_outline_knows_them(key: str) -> None:
    data, info = load(key), datasets()[key]().info()
    for name in ("train", "validation", "test"):
        expected = [s for file in FILES[key] for s in sentences(file) if s.split == name]
        assert list(data.split(name).texts) == [s.text for s in expected]
        assert data.split(name).targets_N.tolist() == [s.label for s in expected]
        assert getattr(info, name) == len(expected)
    assert data.input_spec.class_names == ("negative", "positive")


@pytest.mark.parametrize("key", FILES)
def test_every_split_has_as_many_positive_as_negative_sentences(key: str) -> None:
    for name in ("train", "validation", "test"):
        assert load(key).split(name).targets_N.float().mean() == pytest.approx(0.5, abs=0.01)


def test_fewer_training_examples_leave_the_other_splits_alone() -> None:
    data = load("sentences", train_examples=100)
    assert len(data.split("train")) == 100
    assert data.split("train").targets_N.float().mean() == 0.5
    assert data.split("validation").texts == load("sentences").split("validation").texts
    assert data.split("train").texts != load("sentences", 1, train_examples=100).split("train").texts


def test_one_vocabulary_reads_both_languages() -> None:
    tokenizer = Tokenizer.from_json(load("sentences_mixed").input_spec.input.tokenizer)
    encoded = tokenizer.encode("I don't like it, 我不喜欢")
    assert all(word.known for word in encoded.words)


def test_the_chapters_three_sentences_are_all_there_is() -> None:
    data = load("chapter_sentences")
    for name in ("train", "validation", "test"):
        assert list(data.split(name).texts) == ["I love AI", "AI is amazing", "I hate bugs"]
        assert data.split(name).targets_N.tolist() == [1, 1, 0]
    tokenizer = Tokenizer.from_json(data.input_spec.input.tokenizer)
    assert all(word.known for text in data.split("train").texts for word in tokenizer.encode(text).words)
    (tokens_BT, lengths_B), _targets = data.split("train").batch(torch.arange(3))
    assert lengths_B.tolist() == [3, 3, 3]
    assert tokens_BT.max() < 1000
