"""All registered parts can be trained: every model on data it reads, with every optimizer and schedule."""

from itertools import cycle

import pytest
import torch

from core.data.base import Data
from core.data.library import load
from core.events import RunEnded, StepsDone
from core.generators import pull
from core.objectives.classification import ClassificationConfig
from core.runs.config import RunConfig, TrainingConfig, models, optimizers, schedules
from core.training.estimate import estimate
from core.training.loop import fit, train_step

DATA = {
    "image": {"key": "strokes", "examples": 200},
    "text": {"key": "sentences", "train_examples": 64, "vocabulary_size": 500},
}
PAIRS = [(part.key, part.modality) for part in models()]
RULES = list(zip((part.key for part in optimizers()), cycle(part.key for part in schedules()), strict=False))


@pytest.fixture(scope="module", params=["image", "text"])
def modality_and_data(request: pytest.FixtureRequest) -> tuple[str, Data]:
    config = RunConfig.make(dataset=DATA[request.param], model={"image": "mlp", "text": "lstm"}[request.param])
    return request.param, pull(load(config.dataset, 0))


def test_every_model_fits_one_batch_better_after_a_few_steps(modality_and_data: tuple[str, Data]) -> None:
    modality, data = modality_and_data
    split = data.split("train")
    inputs, targets_B = split.batch(split.order(32, torch.Generator().manual_seed(0))[0])
    loss_of = ClassificationConfig().loss(data.input_spec, split.targets_N)
    for part in models().for_modality(modality):
        torch.manual_seed(0)
        model = part().build(data.input_spec.input, len(data.input_spec.class_names))
        optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
        losses = [
            train_step(model, optimizer, inputs, targets_B, TrainingConfig(), loss_of)[0].item() for _ in range(8)
        ]
        assert losses[-1] < losses[0], part.key


@pytest.mark.parametrize(("optimizer", "schedule"), RULES)
def test_every_optimizer_and_schedule_trains_to_the_end(optimizer: str, schedule: str) -> None:
    config = RunConfig.make(
        dataset=DATA["image"],
        model="softmax_regression",
        optimizer=optimizer,
        schedule=schedule,
        training={"epochs": 2, "batch_size": 20, "threads": 1},
    )
    events = list(fit(config))
    assert isinstance(events[-1], RunEnded)
    assert events[-1].reason == "finished"
    assert sum(len(e.losses) for e in events if isinstance(e, StepsDone)) == 18


@pytest.mark.parametrize(("model", "modality"), PAIRS)
def test_the_cost_of_every_model_is_known_beforehand(model: str, modality: str) -> None:
    config = RunConfig.make(dataset=DATA[modality], model=model, training={"batch_size": 4, "threads": 1})
    info = config.dataset.info()
    assert info is not None
    cost = pull(estimate(config, info))
    assert cost.parameters > 0
    assert cost.bytes >= cost.parameters * 8
    assert cost.seconds == pytest.approx(cost.seconds_per_epoch * 10)
