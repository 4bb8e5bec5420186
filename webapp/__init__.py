"""The Flask server of AllSmiles."""

__version__ = "0.1.0"
