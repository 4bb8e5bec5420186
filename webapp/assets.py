"""Where the files for browsers lie, and whether they are complete."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
MADE = "js/lib/tf.js"
"""What only an install puts there: the engine of the page, from npm."""


def asset_folders() -> tuple[Path, Path]:
    """Return the folders of static files and templates: inside the installed package, else beside it in a checkout."""
    inside = PACKAGE / "static", PACKAGE / "templates"
    return inside if inside[0].is_dir() else (PACKAGE.parent / "static", PACKAGE.parent / "templates")


def check_assets(static: Path) -> None:
    """Raise ValueError with the remedy where the page could not work for want of files."""
    if not (static / MADE).exists():
        missing = static / MADE
        raise ValueError(f"the engine of the page is missing ({missing}): `pip install .` brings it, `pip install -e .` into a checkout")
