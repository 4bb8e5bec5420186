"""The card of a network that learnt from a person's own pictures: what is known of it, and nothing of the network whose place it takes."""

from pathlib import Path
from typing import Any

CARD = """# {title}, learnt from pictures of one's own

**What it does.** Reads a {width} x {height} {color} crop of one face and answers with {count} calibrated probabilities: {labels}.
Design: `{design}`, {parameters:,} parameters.

**Data.** Pictures of whoever retrained it, some to learn from and {validation[count]:,} others to choose the epoch and to calibrate.{start}
Who made these pictures, of whom, and who gave them their labels is known to that person only.

**Figures.** {figures}

**Limits.** It names what a face looks like, not what a person feels or is. How it reads faces unlike those that it has seen, of other
ages, skin tones, cameras or light, was not measured.

**Do not use it** to judge a single person: hiring, school, policing, insurance, health, lie detection. In the EU the AI Act forbids
inferring emotions of people at work and in education.

**Rights.** Whoever holds those of the pictures decides what may be done with the weights. The terms of a network that it began with hold
as well.
"""
TITLES = {"emotion": "Expression", "gender": "Perceived gender"}
MEASURED = """Of {count:,} further faces {accuracy:.1%} are read as they are labelled, {balanced_accuracy:.1%} if each label counts
alike. Whoever retrains until this number pleases makes it worthless."""
NOT_MEASURED = "No pictures were kept for a test: how often it is right is not known."


def licence(start: str | None) -> str:
    """Return what is to be said of the rights of a network that learnt from a person's own pictures, begun with the run `start`."""
    begun = f"; it began with the weights of {Path(start).name}, whose terms hold as well" if start else ""
    return f"Trained on pictures of one's own: whoever holds their rights decides{begun}"


def own_card(manifest: dict[str, Any], start: str | None) -> str:
    """Return the card as Markdown; `start` is the folder of the run that training began with, if any."""
    block, metrics = manifest["input"], manifest["metrics"]
    return CARD.format(
        title=TITLES[manifest["task"]],
        width=block["width"],
        height=block["height"],
        color="colour" if block["color"] == "rgb" else "grey",
        count=len(manifest["labels"]),
        labels=", ".join(manifest["labels"]),
        design=manifest["architecture"],
        parameters=manifest["parameters"],
        start=f" It began with the weights of `{Path(start).name}`." if start else "",
        validation=metrics["own_validation"],
        figures=MEASURED.format(**metrics["own_test"]) if "own_test" in metrics else NOT_MEASURED,
    )
