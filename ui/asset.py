"""The files of assets/ as text: style, scripts, the header. Nothing in them comes from people."""

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


def read_asset(name: str) -> str:
    """Raises FileNotFoundError."""
    return (ASSETS / name).read_text(encoding="utf-8")
