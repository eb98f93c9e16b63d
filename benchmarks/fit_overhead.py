"""What the training loop costs besides training: `fit` with its run folder against the shortest possible loop.

Both train the chapter's CNN with the same optimizer on the same batches in memory.
"""

import itertools
import statistics
import sys
from collections.abc import Iterator

import torch
from torch.nn import functional as F

from benchmarks import report
from benchmarks.side_by_side import SAMPLES, data_of, digits, product, rival, speed_ratios
from core.runs.config import RunConfig

ROUNDS = 11


def measure() -> list[report.Result]:
    """Returns by how many percent `fit` is slower."""
    config = RunConfig.make(dataset=digits(), model="chapter_cnn", training={"device": "cpu"})
    ratios = speed_ratios(product(config), rival(bare_loop(config)), ROUNDS, SAMPLES)
    slower = [100 * (1 / ratio - 1) for ratio in ratios]
    note = f"chapter_cnn, batch {config.training.batch_size}; {report.spread(slower)}"
    return [report.Result("fit against a bare loop: slower by", statistics.median(slower), 3, "%", "lower", note)]


def bare_loop(config: RunConfig) -> Iterator[int]:
    """Trains by hand; yields the size of each batch."""
    data = data_of(config)
    split = data.split("train")
    torch.manual_seed(config.training.seed)
    model = config.model.build(data.input_spec.input, len(data.input_spec.class_names)).to(
        memory_format=torch.channels_last
    )
    optimizer = config.optimizer.build(model.parameters())
    for epoch in itertools.count():
        for index_B in split.order(config.training.batch_size, torch.Generator().manual_seed(epoch)):
            inputs, targets_B = split.batch(index_B)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(*inputs), targets_B)
            loss.backward()
            optimizer.step()
            yield len(index_B)


if __name__ == "__main__":
    sys.exit(report.main(measure))
