"""Every kind of text network, small and with fresh weights: the tested properties hold for any weights."""

import torch

from core.inference.score import Scorer
from core.inference.snapshot import Snapshot, load_snapshot
from core.input_spec import InputSpec
from core.models.base import ModelConfig
from core.models.text.bilstm import BiLstmConfig
from core.models.text.gru import GruConfig
from core.models.text.lstm import LstmConfig
from core.models.text.rnn import RnnConfig
from core.models.text.transformer import TransformerConfig
from core.runs.config import RunConfig, models
from core.runs.run import Run

SMALL = {"embedding": 12, "hidden": 8}
POOLINGS = ("last", "mean", "max", "attention")
RECURRENT: list[ModelConfig] = [
    models()["chapter_lstm"](),
    *(kind(pooling=how, **SMALL) for kind in (LstmConfig, BiLstmConfig) for how in POOLINGS),
    *(kind(layers=layers, **SMALL) for kind in (RnnConfig, GruConfig) for layers in (1, 2)),
    LstmConfig(layers=3, **SMALL),
    BiLstmConfig(layers=2, **SMALL),
]
ALL: list[ModelConfig] = [
    *RECURRENT,
    models()["bag_of_embeddings"](embedding=12),
    TransformerConfig(width=16),
    TransformerConfig(width=16, layers=1, heads=1, positions="learned"),
]


def name(config: ModelConfig) -> str:
    return " ".join([config.key, *(f"{field}={getattr(config, field)}" for field in sorted(config.model_fields_set))])


def scorer_of(config: ModelConfig, run: Run, classes: int = 2) -> Scorer:
    """A network of `config` with the vocabulary of `run`; large weights in the last layer make its answers clear."""
    trained = load_snapshot(run)
    names = ("negative", "positive", "neither", "both")[:classes]
    input_spec = InputSpec(input=trained.input_spec.input, class_names=names)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = config.build(input_spec.input, classes)
        with torch.no_grad():
            model.get_submodule("dense").get_parameter("weight").mul_(3)
    model.eval().requires_grad_(False)
    made = RunConfig.make(dataset="sentences", model=config)
    return Scorer(Snapshot(model, input_spec, made, config.key, 0))
