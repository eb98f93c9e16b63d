import torch
from torch import nn

from core.input_spec import TextInput
from core.modalities.text import TEXT

INPUT = TextInput(vocabulary_size=9, max_length=4, tokenizer={})


def test_a_random_batch_has_tokens_of_the_vocabulary_and_no_padding() -> None:
    tokens_BT, lengths_B = TEXT.random_batch(INPUT, 50, 3, torch.Generator())
    assert tokens_BT.shape == (50, 3)
    assert (tokens_BT.min(), tokens_BT.max()) == (1, 8)
    assert lengths_B.tolist() == [3] * 50


def test_a_random_text_is_no_longer_than_the_network_reads() -> None:
    tokens_BT, lengths_B = TEXT.random_batch(INPUT, 2, 100, torch.Generator())
    assert tokens_BT.shape == (2, 4)
    assert lengths_B.tolist() == [4, 4]


def test_a_network_that_reads_is_left_as_it_was_built() -> None:
    model = nn.LSTM(2, 2)
    before = {name: (tensor.clone(), tensor.stride()) for name, tensor in model.state_dict().items()}
    TEXT.prepare_model(model)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name][0])
        assert tensor.stride() == before[name][1]
