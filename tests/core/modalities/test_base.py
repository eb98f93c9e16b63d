"""What every modality must have; modalities load no torch."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core import modalities
from core.data.base import DatasetConfig, DatasetInfo
from core.errors import RunError
from core.input_spec import ImageInput, TextInput
from core.modalities import MODALITIES
from core.modalities.image import IMAGE
from core.modalities.text import TEXT
from core.runs.config import RunConfig, datasets, models

PICTURE = ImageInput(channels=1, height=8, width=8)
SENTENCE = TextInput(vocabulary_size=9, max_length=4, tokenizer={})


def info_of(dataset: DatasetConfig) -> DatasetInfo:
    info = dataset.info()
    assert info is not None
    return info


@pytest.mark.parametrize("key", MODALITIES)
def test_it_is_found_by_its_key_and_by_what_its_networks_read(key: str) -> None:
    assert MODALITIES[key].key == key
    assert modalities.of(info_of(RunConfig.make(**defaults(key)).dataset).input) is MODALITIES[key]


@pytest.mark.parametrize("key", MODALITIES)
def test_its_own_dataset_and_model_go_together(key: str) -> None:
    modality = MODALITIES[key]
    assert datasets()[modality.dataset].modality == models()[modality.model].modality == key


@pytest.mark.parametrize("key", MODALITIES)
def test_its_model_reads_a_random_batch_after_being_prepared(key: str) -> None:
    modality, config = MODALITIES[key], RunConfig.make(**defaults(key))
    info = info_of(config.dataset)
    model = config.model.build(info.input, info.classes)
    modality.prepare_model(model)
    inputs = modality.random_batch(info.input, 3, 5, torch.Generator().manual_seed(0))
    assert model(*inputs).shape == (3, info.classes)


@pytest.mark.parametrize("key", MODALITIES)
def test_the_same_generator_draws_the_same_batch_and_leaves_the_global_one_alone(key: str) -> None:
    input = info_of(RunConfig.make(**defaults(key)).dataset).input
    before = torch.get_rng_state()
    one, again = (MODALITIES[key].random_batch(input, 2, 3, torch.Generator().manual_seed(7)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, again, strict=True))
    assert torch.equal(torch.get_rng_state(), before)


def test_what_is_of_it_passes_unchanged() -> None:
    assert IMAGE.require(PICTURE) is PICTURE
    assert TEXT.require(SENTENCE) is SENTENCE


def test_what_is_not_is_refused_with_the_advice_to_take_another_run() -> None:
    with pytest.raises(RunError) as error:
        IMAGE.require(SENTENCE)
    assert error.value.what == "This network reads no images."
    assert error.value.advice == "Choose a run that was trained on pictures."
    with pytest.raises(RunError, match="This network reads no sentences"):
        TEXT.require(PICTURE)


def test_neither_modalities_nor_the_store_of_runs_loads_torch() -> None:
    line = "import core.runs.store, core.modalities, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", line], cwd=Path(__file__).parents[3], check=False).returncode == 0


def defaults(key: str) -> dict[str, str]:
    return {"dataset": MODALITIES[key].dataset, "model": MODALITIES[key].model}
