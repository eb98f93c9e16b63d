"""The LSTM as the application trains it, on batches of about equal length, against fixed-length padding in PyTorch.

The plain script does what tutorials do: it pads every text to the length of the longest, uses a DataLoader over one
tensor and an LSTM over all steps, and takes the state after the last word. Network, texts, batch size, optimizer and
threads are the same.
"""

import statistics
import sys
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks import report
from benchmarks.side_by_side import data_of, product, rival, speed_ratios
from core.data.library import available
from core.data.text import TextSplit
from core.models.text.lstm import LstmConfig
from core.runs.config import RunConfig

ROUNDS = 5
SAMPLES = 6_400  # of each side in each round; divisible by the batch size, so that every batch is whole
BATCH = 64


def measure() -> list[report.Result]:
    """Returns how many times as many samples a second the application trains."""
    model = LstmConfig(pooling="last", dropout=0.0)
    config = RunConfig.make(
        dataset={"key": "sst2", "train_examples": SAMPLES},
        model=model,
        training={"batch_size": BATCH, "device": "cpu"},
    )
    if not available(config.dataset):
        raise report.NotHere("SST-2 is not in the data folder (NEURARIUM_DATA)")
    data = data_of(config)
    split = data.split("train")
    assert isinstance(split, TextSplit)
    ratios = speed_ratios(
        product(config), rival(plain(split, model, data.input_spec.input.vocabulary_size)), ROUNDS, SAMPLES
    )
    longest = int(split.offsets.diff().max())
    mean = float(split.offsets.diff().float().mean())
    note = f"SST-2, batch {BATCH}, {mean:.1f} tokens a text padded to {longest}; {report.spread(ratios)}"
    return [
        report.Result(
            "LSTM against fixed-length padding in PyTorch", statistics.median(ratios), 1.5, "x", "higher", note
        )
    ]


class PlainLstm(nn.Module):
    """A usual LSTM classifier."""

    def __init__(self, vocabulary: int, config: LstmConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, config.embedding, padding_idx=0)
        self.lstm = nn.LSTM(config.embedding, config.hidden, batch_first=True)
        self.fc = nn.Linear(config.hidden, 2)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Returns the logits (B, 2) of token ids (B, T)."""
        states, _last = self.lstm(self.embedding(tokens))
        return self.fc(states[torch.arange(len(tokens)), lengths - 1])


def plain(split: TextSplit, config: LstmConfig, vocabulary: int) -> Iterator[int]:
    """Trains as tutorials do; yields the size of each batch."""
    (tokens, lengths), targets = split.batch(torch.arange(len(split)))
    loader = DataLoader(TensorDataset(tokens, lengths.clamp(min=1), targets), batch_size=BATCH, shuffle=True)
    model = PlainLstm(vocabulary, config)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    running_loss = 0.0
    while True:
        for batch_tokens, batch_lengths, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(batch_tokens, batch_lengths), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
            yield len(labels)


if __name__ == "__main__":
    sys.exit(report.main(measure))
