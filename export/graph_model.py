"""Run a TF.js graph model in TensorFlow, so that what conversion and quantisation lost can be measured without a browser."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from numpy.typing import NDArray

FUSED = "FusedDepthwiseConv2dNative"
"""The one operation of these networks that TF.js knows and TensorFlow does not."""


class GraphModel:
    """A graph model of one input and one output, in `folder`; call it with a batch."""

    def __init__(self, folder: Path):
        description = json.loads((folder / "model.json").read_text())
        weights = _read_weights(folder, description["weightsManifest"])
        graph = json_format.ParseDict(description["modelTopology"], tf.compat.v1.GraphDef(), ignore_unknown_fields=True)
        self._function = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(_runnable(graph, weights), name=""), [])
        signature = description["signature"]
        ends = [next(iter(signature[side].values()))["name"] for side in ("inputs", "outputs")]
        self._pruned = self._function.prune(*(self._function.graph.as_graph_element(end) for end in ends))

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the network's output for `batch`."""
        return self._pruned(tf.constant(batch)).numpy()


def _read_weights(folder: Path, manifest: list[dict[str, Any]]) -> dict[str, NDArray]:
    """Return every weight by name, dequantised as TF.js does: value * scale + min, or from float16."""
    weights = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            quantisation = entry.get("quantization", {})
            kind = np.dtype(quantisation.get("dtype", entry["dtype"]))
            count = int(np.prod(entry["shape"]))
            stored = np.frombuffer(data, kind, count, offset)
            offset += count * kind.itemsize
            value = stored * quantisation["scale"] + quantisation["min"] if "scale" in quantisation else stored
            weights[entry["name"]] = value.astype(entry["dtype"]).reshape(entry["shape"])
    return weights


def _runnable(graph: tf.compat.v1.GraphDef, weights: dict[str, NDArray]) -> tf.compat.v1.GraphDef:
    """Return the graph with its constants filled in and fused depth-wise convolutions taken apart."""
    result = tf.compat.v1.GraphDef(versions=graph.versions)
    for node in graph.node:
        if node.op == "Const":
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(weights[node.name]))
        result.node.extend(_unfused(node) if node.op == FUSED else [node])
    return result


def _unfused(node: tf.compat.v1.NodeDef) -> list[tf.compat.v1.NodeDef]:
    names = [name.decode() for name in node.attr["fused_ops"].list.s]
    steps = ["DepthwiseConv2dNative", *names]
    nodes, last = [], node.input[0]
    for index, operation in enumerate(steps):
        step = tf.compat.v1.NodeDef(op=operation, name=node.name if index == len(steps) - 1 else f"{node.name}/{operation}")
        extra = {0: [node.input[1]], 1: [node.input[2]]}.get(index, [])
        step.input.extend([last, *extra])
        kept = {0: ("strides", "padding", "dilations", "data_format"), 1: ("data_format",)}.get(index, ())
        for name in ("T", *kept):
            step.attr[name].CopyFrom(node.attr[name])
        nodes.append(step)
        last = step.name
    return nodes
