"""Any number of threads can compute features, even threads that Python did not start."""

import threading

import torch
from torch import nn

from core.inference.features import FeatureNet


def test_nothing_is_left_with_a_thread_that_asked() -> None:
    # A tensor freed with the state of a thread that Python did not start, such as a QThread, crashes the interpreter.
    net = FeatureNet(nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)).eval())
    left: list[dict[str, object]] = []

    def ask() -> None:
        logits_BK, features_BF = net(torch.zeros(5, 1, 2, 2))
        assert (logits_BK.shape, features_BF.shape) == ((5, 2), (5, 3))
        left.append(dict(net._caught.__dict__))

    threads = [threading.Thread(target=ask) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert left == [{}] * 4
