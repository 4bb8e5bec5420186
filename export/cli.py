"""The command `allsmiles-export`: train, evaluate, convert, report."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).resolve().parent / "weights"
FURTHER_EPOCHS, FURTHER_RATE = 12, 3e-4
"""A network that can read faces already learns a person's own pictures in these epochs, gently, with this learning rate."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; print what a person should do instead of a traceback where the input is at fault."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        if options.data is None and options.needs_data:
            raise ValueError("where are the data sets? pass --data FOLDER or set ALLSMILES_DATA")
        options.run(options)
    except (FileNotFoundError, ValueError) as problem:
        print(f"allsmiles-export: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on after the last whole epoch", file=sys.stderr)
        return 130
    return 0


def _train(options: argparse.Namespace) -> None:
    from export.architectures import architecture
    from export.augment import GENTLE, HARDY, Augmentation
    from export.tasks import TASKS
    from export.train import Recipe, train

    named = "data_set optimizer batch learning_rate label_smoothing weight_decay hints teaching seed limit start undecided_below"
    settings = {name: getattr(options, name) for name in named.split() if getattr(options, name) is not None} | {"own": options.own}
    further = bool(options.own and options.start)
    if options.gentle or further:
        settings |= {"augmentation": GENTLE, "sides": ((1.0, 1.0),)}
    if options.start:
        settings["start"] = str(_run(options.start))
    if further:
        settings = {"learning_rate": FURTHER_RATE} | settings
    if options.teachers:
        settings["teachers"] = tuple(options.teachers.split(","))
    if options.labels:
        settings["labels"] = tuple(options.labels.split(","))
    task = TASKS[options.task]
    design = options.architecture or task.architecture
    if options.hardy:
        usual_ways = settings.get("augmentation") or architecture(design).recipe.get("augmentation", Augmentation())
        settings |= {"augmentation": replace(usual_ways, spoilt=options.hardy, **HARDY), "clear_to_teachers": True}
    epochs = options.epochs or (FURTHER_EPOCHS if further else task.epochs)
    recipe = Recipe(options.task, epochs, design, **{**architecture(design).recipe, **settings})
    usual = options.task if design == task.architecture and not options.labels else f"{options.task}-{design}"
    best = train(recipe, options.data, options.out or WEIGHTS / usual)
    print(f"best weights: {best}")


def _run(name: str) -> Path:
    """Return the folder of a training run given by path, or by the name of the network that it made."""
    for folder in (Path(name), Path(os.path.relpath(WEIGHTS / name))):  # as it stands in the record: nothing of this machine
        if (folder / "best.keras").exists():
            return folder
    known = sorted(path.parent.name for path in WEIGHTS.glob("*/history.json"))
    raise FileNotFoundError(f"no weights of a run {name!r}: name a folder that allsmiles-export train wrote, or one of {', '.join(known)}")


def _evaluate(options: argparse.Namespace) -> None:
    from export.evaluate import evaluate
    from export.network import find

    _print_json(evaluate(find(options.model), options.data, options.set, options.split, options.spoilt, options.tilted), options.json)


def _convert(options: argparse.Namespace) -> None:
    from export.publish import publish

    for name in [options.model] if options.model else ("face", "emotion", "gender"):
        print(f"{name}: {publish(name, options.data, options.weights)}")


def _report(options: argparse.Namespace) -> None:
    from export.report import report

    report(options.data)


def _print_json(answer: dict[str, Any], destination: str | None) -> None:
    text = json.dumps(answer, indent=1)
    if destination in (None, "-"):
        print(text)
    else:
        Path(destination).write_text(text + "\n")


def _share(text: str) -> float:
    """Read a number from 0 to 1."""
    with suppress(ValueError):
        if 0 <= (share := float(text)) <= 1:
            return share
    raise argparse.ArgumentTypeError(f"{text} is no share: give a number from 0 to 1, such as 0.4")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="allsmiles-export", description="From public data to networks in the browser.")
    commands = parser.add_subparsers(required=True)
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data", type=Path, default=os.environ.get("ALLSMILES_DATA"), help="folder of the data sets, default $ALLSMILES_DATA"
    )

    command = commands.add_parser("train", parents=[data], help="train a network; interrupted runs go on where they were")
    command.add_argument("--task", required=True, choices=("emotion", "gender"))
    command.add_argument("--own", action="store_true", help="--data is a folder of your own pictures: a folder per label, or labels.csv")
    command.add_argument(
        "--set", dest="data_set", metavar="SET", help="learn from another set: ferplus, for emotion, takes FER+'s votes as the truth"
    )
    command.add_argument("--architecture", help="a design of export/architectures, default that of the task's usual network")
    command.add_argument("--out", type=Path, help="folder of weights and record, default export/weights/<task> or <task>-<architecture>")
    command.add_argument("--epochs", type=int)
    command.add_argument("--labels", help="learn only these labels of the task, such as angry,happy,sad,surprise,neutral")
    command.add_argument("--optimizer", choices=("adamw", "adam", "rmsprop", "momentum"))
    command.add_argument("--batch", type=int)
    command.add_argument("--learning-rate", type=float)
    command.add_argument("--label-smoothing", type=_share)
    command.add_argument("--weight-decay", type=float)
    command.add_argument("--hints", type=_share, help="share of the targets from FER+'s answers, 0 to 1")
    command.add_argument(
        "--start",
        help="an earlier run, by network or folder, whose best weights this one begins with; "
        "with --own it learns on gently, for 12 epochs unless told otherwise",
    )
    command.add_argument(
        "--teachers", help="exported networks, by name or folder and with commas between, whose answers are learnt as well"
    )
    command.add_argument("--teaching", type=_share, help="share of the targets from the teachers, 0 to 1, default 0.7")
    command.add_argument("--gentle", action="store_true", help="vary crops less and train at full size throughout: for a second run")
    command.add_argument(
        "--hardy",
        type=_share,
        metavar="SHARE",
        help="blur and fill with noise so many crops, 0 to 1, and turn all further; teachers see them before",
    )
    command.add_argument("--undecided-below", type=int, metavar="YEARS", help="learn not to decide about faces of younger people")
    command.add_argument("--seed", type=int)
    command.add_argument("--limit", type=int, help="use only the first samples: a trial run")
    command.set_defaults(run=_train, needs_data=True)

    command = commands.add_parser("evaluate", parents=[data], help="measure an exported network on a split of a data set")
    command.add_argument("--model", required=True, help="name or folder of an exported network")
    command.add_argument("--set", required=True, choices=("fer2013", "ferplus", "utkface", "genki", "wider", "own"))
    command.add_argument("--split", default="test", choices=("train", "validation", "test"))
    command.add_argument("--spoilt", choices=("dark", "noisy", "blurred", "small", "turned"), help="spoil the crops first")
    command.add_argument("--tilted", type=float, default=0, metavar="DEGREES", help="turn whole photos first (genki, wider)")
    command.add_argument("--json", help="file for the answer, - for the terminal (default)")
    command.set_defaults(run=_evaluate, needs_data=True)

    command = commands.add_parser("convert", parents=[data], help="turn weights into what browser and server load")
    command.add_argument("--model", help="name of the network to make in static/models, default: face, emotion and gender")
    command.add_argument("--weights", type=Path, help="folder of the training run, default export/weights/<model>")
    command.set_defaults(run=_convert, needs_data=False)

    command = commands.add_parser("report", parents=[data], help="measure everything and rebuild docs/networks.md")
    command.set_defaults(run=_report, needs_data=True)
    return parser
