"""Keras' side of `benchmarks.against_keras`, in a separate process: `python -m benchmarks.keras_side FILE`.

It does not import torch: the libraries of TensorFlow and torch conflict in one process. FILE is an `.npz` with
`inputs`, `targets`, `batch` and `threads` (0: TensorFlow's default). It prints its versions in one line; then, for each
line that it reads, it trains one epoch and prints the seconds.
"""

import os
import sys
import time
from typing import Any

import numpy as np

VOCABULARY, WIDTH = 1000, 64


def chapter_cnn(keras: Any, shape: tuple[int, ...]) -> Any:
    """Returns the chapter's CNN as the chapter writes it, compiled."""
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input(shape),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def chapter_lstm(keras: Any, shape: tuple[int, ...]) -> Any:
    """Returns the chapter's LSTM as the chapter writes it, compiled."""
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input(shape),
            layers.Embedding(VOCABULARY, WIDTH),
            layers.LSTM(WIDTH),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def main(file: str) -> None:
    """Trains an epoch per input line until the input ends."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import tensorflow as tf

    with np.load(file) as arrays:
        inputs, targets = arrays["inputs"], arrays["targets"]
        batch, threads = int(arrays["batch"]), int(arrays["threads"])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    keras.utils.set_random_seed(0)
    model = (chapter_cnn if inputs.ndim == 4 else chapter_lstm)(keras, inputs.shape[1:])
    print(f"Keras {keras.__version__} on TensorFlow {tf.__version__}", flush=True)
    for _turn in sys.stdin:
        began = time.perf_counter()
        model.fit(inputs, targets, batch_size=batch, epochs=1, verbose=0)
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
