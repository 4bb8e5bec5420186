"""An epoch of training on Keras's PyTorch backend, in two thirds (SmileNet) to four fifths (mini-Xception) of `fit`'s time.

Two things differ from `fit`: convolutions and dense layers compute in bfloat16 where the machine does (weights, sums and normalisation
stay float32), and batch normalisation is PyTorch's own fused one instead of a dozen operations. The network, its optimizer and its
files stay Keras's.
"""

from collections.abc import Sequence
from types import MethodType
from typing import Any

import keras
import numpy as np
import torch
from torch.nn import functional


def fit(model: keras.Model, batches: Sequence[tuple[np.ndarray, np.ndarray]]) -> dict[str, float]:
    """Train a compiled model for one epoch of (images, targets); return the means `loss` and `accuracy` over its batches."""
    _fuse(model)
    device = model.trainable_variables[0].value.device
    quick = _multiplies_bfloat16(device)
    losses, hits = [], []
    for index in range(len(batches)):
        images, targets = (torch.as_tensor(part, device=device) for part in batches[index])
        model.zero_grad()
        with torch.autocast(device.type, torch.bfloat16, enabled=quick):
            logits = model(images, training=True)
        loss = model.compute_loss(x=images, y=targets, y_pred=logits.float())
        loss.backward()
        gradients = [variable.value.grad for variable in model.trainable_variables]
        with torch.no_grad():
            model.optimizer.apply(gradients, model.trainable_variables)
        losses.append(loss.detach())
        hits.append((logits.argmax(1) == targets.argmax(1)).float().mean())
    return {"loss": float(torch.stack(losses).mean()), "accuracy": float(torch.stack(hits).mean())}


def _multiplies_bfloat16(device: torch.device) -> bool:
    """Tell whether bfloat16 saves time: a processor that has no instructions for it takes five to ten times as long instead."""
    if device.type != "cpu":
        return True
    return any(there and name.endswith("bf16") for name, there in torch.cpu.get_capabilities().items())


def _fuse(model: keras.Model) -> None:
    """Let every batch normalisation over the last axis use PyTorch's; asking again changes nothing."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization) and layer.axis in (-1, 3):
            object.__setattr__(layer, "call", MethodType(_normalized, layer))


def _normalized(layer: Any, inputs: torch.Tensor, training: bool | None = None, mask: None = None) -> torch.Tensor:
    gamma, beta = (layer.gamma.value if layer.scale else None), (layer.beta.value if layer.center else None)
    mean, variance, momentum = layer.moving_mean.value, layer.moving_variance.value, 1 - layer.momentum
    by_channel = inputs.movedim(-1, 1)
    return functional.batch_norm(by_channel, mean, variance, gamma, beta, bool(training), momentum, layer.epsilon).movedim(1, -1)
