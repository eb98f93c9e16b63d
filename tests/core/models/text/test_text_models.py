"""The text networks: padding has no effect, they learn, and their embeddings and states are accessible."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import ConfigError
from core.input_spec import TextInput
from core.models.text import gru, lstm
from core.models.text.bag_of_embeddings import BagOfEmbeddingsConfig
from core.models.text.base import TextModel
from core.models.text.bilstm import BiLstmConfig
from core.models.text.chapter_lstm import ChapterLstm, ChapterLstmConfig
from core.models.text.gru import GruConfig
from core.models.text.lstm import LstmConfig
from core.models.text.recurrent import Recurrent, RecurrentConfig, reversal
from core.models.text.rnn import RnnConfig
from core.models.text.transformer import Transformer, TransformerConfig
from core.runs.config import models

INPUT = TextInput(vocabulary_size=60, max_length=24, tokenizer={})
KEYS = [part.key for part in models().for_modality("text")]
SMALL = {"embedding": 12, "hidden": 8}
VARIANTS = [
    *(models()[key]() for key in KEYS),
    *(
        kind(pooling=how, **SMALL)
        for kind in (LstmConfig, BiLstmConfig)
        for how in ("last", "mean", "max", "attention")
    ),
    *(kind(layers=2, **SMALL) for kind in (RnnConfig, GruConfig, LstmConfig, BiLstmConfig)),
    TransformerConfig(positions="learned", width=16),
    TransformerConfig(layers=1, heads=1, width=16),
    BagOfEmbeddingsConfig(hidden=8),
]

pytestmark = pytest.mark.usefixtures("one_thread")


def built(config: object, classes: int = 3) -> TextModel:
    torch.manual_seed(0)
    model = config.build(INPUT, classes)
    assert isinstance(model, TextModel)
    return model.eval()


def batch(*lengths: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    lengths_B = torch.tensor(lengths)
    tokens_BT = torch.randint(1, INPUT.vocabulary_size, (len(lengths), max(*lengths, 1)), generator=generator)
    return tokens_BT.masked_fill(torch.arange(tokens_BT.shape[1]) >= lengths_B[:, None], 0), lengths_B


def names(config: object) -> str:
    return " ".join([config.key, *(f"{name}={getattr(config, name)}" for name in sorted(config.model_fields_set))])


every_variant = pytest.mark.parametrize("config", VARIANTS, ids=names)


def test_every_architecture_that_reads_is_registered() -> None:
    assert set(KEYS) >= {"bag_of_embeddings", "rnn", "gru", "chapter_lstm", "lstm", "bilstm", "transformer"}


@every_variant
@pytest.mark.parametrize("classes", [2, 5])
def test_a_text_gets_one_logit_a_class(config: object, classes: int) -> None:
    assert built(config, classes)(*batch(7, 3, 1)).shape == (3, classes)


@every_variant
def test_padding_changes_no_output(config: object) -> None:
    model = built(config)
    tokens_BT, lengths_B = batch(9, 4, 1, 6)
    together_BK = model(tokens_BT, lengths_B)
    torch.testing.assert_close(model(F.pad(tokens_BT, (0, 8)), lengths_B), together_BK)
    for row, length in enumerate(lengths_B.tolist()):
        alone_1K = model(tokens_BT[row : row + 1, :length], lengths_B[row : row + 1])
        torch.testing.assert_close(alone_1K, together_BK[row : row + 1])


@every_variant
def test_what_stands_in_the_padding_is_never_read(config: object) -> None:
    model = built(config)
    tokens_BT, lengths_B = batch(9, 4)
    scribbled_BT = tokens_BT.clone()
    scribbled_BT[1, 4:] = 7
    torch.testing.assert_close(model(scribbled_BT, lengths_B), model(tokens_BT, lengths_B))


@every_variant
def test_no_gradient_reaches_the_padding(config: object) -> None:
    model = built(config)
    tokens_BT, lengths_B = batch(9, 4)
    x_BTE = model.embed(tokens_BT).detach().requires_grad_()
    model.from_embeddings(x_BTE, lengths_B).square().sum().backward()
    assert x_BTE.grad is not None
    assert x_BTE.grad[1, 4:].abs().max() == 0
    assert x_BTE.grad[1, :4].abs().max() > 0


@every_variant
def test_an_empty_text_gets_a_finite_answer(config: object) -> None:
    model = built(config)
    tokens_BT, lengths_B = batch(0, 3)
    logits_BK = model(tokens_BT, lengths_B)
    assert logits_BK.isfinite().all()
    torch.testing.assert_close(model(tokens_BT[:1, :1], lengths_B[:1]), logits_BK[:1])


@every_variant
def test_one_can_enter_at_the_embeddings(config: object) -> None:
    model = built(config)
    tokens_BT, lengths_B = batch(5, 2)
    torch.testing.assert_close(
        model.from_embeddings(model.embed(tokens_BT), lengths_B), model(tokens_BT, lengths_B), rtol=0, atol=0
    )


@pytest.mark.parametrize("key", KEYS)
def test_a_few_steps_make_the_loss_smaller(key: str) -> None:
    model = built(models()[key]()).train()
    tokens_BT, lengths_B = batch(12, 12, 8, 5, 3, 2, 9, 1)
    targets_B = torch.arange(8) % 3
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.01)
    losses = []
    for _step in range(30):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(tokens_BT, lengths_B), targets_B)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


@every_variant
def test_same_seed_same_weights(config: object) -> None:
    one, other = built(config).state_dict(), built(config).state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_reversing_twice_is_nothing(lengths: list[int]) -> None:
    tokens_BT, lengths_B = batch(*lengths)
    order_BT = reversal(lengths_B, tokens_BT.shape[1])
    backwards_BT = tokens_BT.gather(1, order_BT)
    assert torch.equal(backwards_BT.gather(1, order_BT), tokens_BT)
    for row, length in enumerate(lengths):
        assert backwards_BT[row, :length].tolist() == tokens_BT[row, :length].tolist()[::-1]


def test_a_bidirectional_network_reads_each_text_from_its_own_end() -> None:
    model = built(BiLstmConfig(dropout=0))
    assert isinstance(model, Recurrent)
    tokens_BT, lengths_B = batch(6, 3)
    states_BTH = model.states(model.embed(tokens_BT), lengths_B)
    half = states_BTH.shape[-1] // 2
    backward = model.backward_layers[0]
    states_1TH, _last = backward(model.embed(tokens_BT[1:, :3].flip(1)))
    torch.testing.assert_close(states_BTH[1, :3, half:], states_1TH[0].flip(0))


def rows(weight: Tensor, gates: tuple[str, ...]) -> dict[str, Tensor]:
    return dict(zip(gates, weight.chunk(len(gates)), strict=True))


def test_the_named_gates_of_an_lstm_follow_its_equations() -> None:
    model = built(LstmConfig(embedding=5, hidden=4))
    layer = model.forward_layers[0]
    w, u = rows(layer.weight_ih_l0, lstm.GATES), rows(layer.weight_hh_l0, lstm.GATES)
    b = rows(layer.bias_ih_l0 + layer.bias_hh_l0, lstm.GATES)
    x_TE = torch.randn(6, 5)
    h, c = torch.zeros(4), torch.zeros(4)
    for x in x_TE:
        i, f, o = (torch.sigmoid(w[name] @ x + u[name] @ h + b[name]) for name in ("input", "forget", "output"))
        g = torch.tanh(w["candidate"] @ x + u["candidate"] @ h + b["candidate"])
        c = f * c + i * g
        h = o * torch.tanh(c)
    states_1TH, (_h, c_11H) = layer(x_TE[None])
    torch.testing.assert_close(states_1TH[0, -1], h)
    torch.testing.assert_close(c_11H[0, 0], c)


def test_the_named_gates_of_a_gru_follow_its_equations() -> None:
    model = built(GruConfig(embedding=5, hidden=4))
    layer = model.forward_layers[0]
    w, u = rows(layer.weight_ih_l0, gru.GATES), rows(layer.weight_hh_l0, gru.GATES)
    b, b_h = rows(layer.bias_ih_l0, gru.GATES), rows(layer.bias_hh_l0, gru.GATES)
    x_TE = torch.randn(6, 5)
    h = torch.zeros(4)
    for x in x_TE:
        r, z = (torch.sigmoid(w[name] @ x + b[name] + u[name] @ h + b_h[name]) for name in ("reset", "update"))
        n = torch.tanh(w["candidate"] @ x + b["candidate"] + r * (u["candidate"] @ h + b_h["candidate"]))
        h = (1 - z) * n + z * h
    torch.testing.assert_close(layer(x_TE[None])[0][0, -1], h)


def test_an_lstm_begins_by_remembering() -> None:
    layer = built(LstmConfig()).forward_layers[0]
    biases = rows(layer.bias_ih_l0 + layer.bias_hh_l0, lstm.GATES)
    assert (biases["forget"] == 1).all()
    assert all((biases[name] == 0).all() for name in ("input", "candidate", "output"))


def test_attention_weighs_only_the_text() -> None:
    model = built(LstmConfig(pooling="attention"))
    tokens_BT, lengths_B = batch(6, 2)
    weights_BT = model.attention.weights(model.states(model.embed(tokens_BT), lengths_B), lengths_B)
    torch.testing.assert_close(weights_BT.sum(1), torch.ones(2))
    assert weights_BT[1, 2:].tolist() == [0, 0, 0, 0]


def test_a_transformer_hands_out_its_maps() -> None:
    model = built(TransformerConfig(layers=3, heads=2))
    assert isinstance(model, Transformer)
    tokens_BT, lengths_B = batch(6, 2)
    logits_BK, maps = model.read(model.embed(tokens_BT), lengths_B)
    torch.testing.assert_close(logits_BK, model(tokens_BT, lengths_B))
    assert [tuple(map_BATT.shape) for map_BATT in maps] == [(2, 2, 6, 6)] * 3
    for map_BATT in maps:
        torch.testing.assert_close(map_BATT.sum(-1), torch.ones(2, 2, 6))
        assert map_BATT[1, :, :, 2:].abs().max() == 0


def test_a_transformer_computes_what_pytorch_computes() -> None:
    model = built(TransformerConfig(layers=1, dropout=0))
    block = model.blocks[0]
    reference = nn.TransformerEncoderLayer(128, 4, 512, dropout=0, activation="gelu", batch_first=True, norm_first=True)
    reference.load_state_dict({
        "self_attn.in_proj_weight": block.attention.queries_keys_values.weight,
        "self_attn.in_proj_bias": block.attention.queries_keys_values.bias,
        "self_attn.out_proj.weight": block.attention.out.weight,
        "self_attn.out_proj.bias": block.attention.out.bias,
        "linear1.weight": block.feed_forward[0].weight, "linear1.bias": block.feed_forward[0].bias,
        "linear2.weight": block.feed_forward[2].weight, "linear2.bias": block.feed_forward[2].bias,
        "norm1.weight": block.norm1.weight, "norm1.bias": block.norm1.bias,
        "norm2.weight": block.norm2.weight, "norm2.bias": block.norm2.bias,
    })  # fmt: skip
    h_BTE = torch.randn(2, 5, 128)
    everywhere_BT = torch.ones(2, 5, dtype=torch.bool)
    torch.testing.assert_close(block(h_BTE, everywhere_BT)[0], reference(h_BTE), rtol=1e-4, atol=1e-5)


def test_the_order_of_words_matters_to_all_but_the_bag() -> None:
    tokens_BT, lengths_B = batch(6)
    for key in KEYS:
        model = built(models()[key]())
        same = torch.allclose(model(tokens_BT, lengths_B), model(tokens_BT.flip(1), lengths_B), atol=1e-6)
        assert same == (key == "bag_of_embeddings")


def test_heads_that_do_not_share_the_width_evenly_are_refused() -> None:
    with pytest.raises(ConfigError, match="10"):
        TransformerConfig(width=10, heads=4).build(INPUT, 2)


class TestTheChapter:
    def model(self) -> ChapterLstm:
        model = built(ChapterLstmConfig(), 2)
        assert isinstance(model, ChapterLstm)
        return model

    def test_it_has_the_parameters_that_keras_counts(self) -> None:
        trained = [parameter for parameter in self.model().parameters() if parameter.requires_grad]
        assert sum(parameter.numel() for parameter in trained) == 97_089

    def test_its_cross_entropy_is_the_chapters_binary_cross_entropy(self) -> None:
        model = self.model()
        logits_BK = model(*batch(5, 3, 2, 6))
        targets_B = torch.tensor([1, 0, 1, 0])
        z_B = logits_BK[:, 1]
        assert (logits_BK[:, 0] == 0).all()
        torch.testing.assert_close(
            F.cross_entropy(logits_BK, targets_B), F.binary_cross_entropy_with_logits(z_B, targets_B.float())
        )
        torch.testing.assert_close(logits_BK.softmax(1)[:, 1], z_B.sigmoid())

    def test_words_beyond_its_thousand_are_read_as_one(self) -> None:
        model = self.model()
        lengths_B = torch.tensor([2])
        one, other, known = (model(torch.tensor([[3, word]]), lengths_B) for word in (1_000, 54_321, 999))
        assert torch.equal(one, other)
        assert not torch.equal(one, known)

    def test_its_first_weights_are_those_of_keras(self) -> None:
        model = self.model()
        assert model.embedding.weight[0].abs().max() == 0
        assert 0.049 < model.embedding.weight.abs().max() <= 0.05
        assert model.lstm.weight_ih_l0.abs().max() <= math.sqrt(6 / (64 + 256))
        recurrent = model.lstm.weight_hh_l0
        torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(64), rtol=1e-4, atol=1e-5)


def test_settings_out_of_bounds_are_refused() -> None:
    for wrong in ({"hidden": 0}, {"layers": 9}, {"dropout": 1.0}, {"pooling": "middle"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            RecurrentConfig(**wrong)
