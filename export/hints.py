"""What FER+'s taggers tell about FER2013's original labels: soft targets that know which labels are doubtful.

Ten people looked again at every face of FER2013 (FER+). From their answers a small network learns how likely each original label is;
mixed into the one-hot targets, that spares the network in training much of the noise of a single label. It is distillation
from information that is there in training only (Lopez-Paz et al. 2016, arXiv 1511.03643), and needs no large teacher.
"""

from functools import cache
from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from export.data import fer2013

HIDDEN, EPOCHS, BATCH = 64, 12, 256


@cache
def emotion_hints(folder: Path, seed: int = 1) -> NDArray[np.float32]:
    """Return how likely the taggers' answers make each original label of the training split: float32 [count, 7], rows sum to one.

    Raises FileNotFoundError where FER+'s file is missing.
    """
    model = learned(folder, seed)
    return np.asarray(model.predict(features(fer2013.load_votes(folder, "train")), batch_size=1024, verbose=0))


def learned(folder: Path, seed: int) -> keras.Model:
    """Return a network from `features` to the original label's probabilities, learnt on the training split."""
    keras.utils.set_random_seed(seed)
    votes, truth = features(fer2013.load_votes(folder, "train")), fer2013.load(folder, "train").targets
    model = keras.Sequential([layers.Dense(HIDDEN, "gelu"), layers.Dense(len(fer2013.LABELS), "softmax")])
    model.compile(keras.optimizers.AdamW(5e-3, weight_decay=1e-3), "categorical_crossentropy")
    model.fit(votes, truth, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return model


def features(votes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return shares of votes [count, 10] with their roots, squares and whether there are any: [count, 40]."""
    return np.concatenate([votes, np.sqrt(votes), votes**2, votes > 0], axis=1).astype(np.float32)
