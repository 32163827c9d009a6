"""A style sheet of one's own: a file of Matplotlib's settings, read whole or not at all.

The words in a figure may name such a file, and redo reads it then. So it is a small regular file of the right name, and
sets looks alone: no TeX, no other program, no function that Matplotlib would call.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 2**16  # bytes
# What runs something, writes other files, or speaks of windows; whoever copies all settings has these at their default.
REFUSED = re.compile(
    r"text\.(usetex|latex\..*)|pgf\..*|animation\..*|figure\.(hooks|max_open_warning|raise_window)|ps\.usedistiller"
    r"|svg\.image_inline|savefig\.directory|backend.*|interactive|toolbar|timezone|webagg\..*|tk\..*|docstring\..*"
    r"|date\.epoch"
)


def read_sheet(path: str) -> dict[Any, Any]:
    """Return the settings in a style sheet's file; raise UsageError where there is none, or a line is none."""
    file = Path(path)
    try:
        if not file.exists():
            raise UsageError(f"--style {path}; there is no such file")
        if not file.is_file() or file.stat().st_size > MOST:
            raise UsageError(f"--style {path}; a style sheet is a file of at most {MOST} bytes")
        with _complaints() as said:
            found: dict[Any, Any] = dict(mpl.rc_params_from_file(file, use_default_template=False))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"--style {path}; {reason}") from None
    if said:
        raise UsageError(f"--style {path}; {said[0]}; a line is a setting of Matplotlib's, name: value")
    usual: Any = mpl.rcParamsDefault
    for key in filter(REFUSED.fullmatch, found):
        if found[key] != usual[key]:
            raise UsageError(f"--style {path}; it sets {key}: a style sheet sets looks alone")
    for key, value in found.items():
        if isinstance(value, float) and not isfinite(value):
            raise UsageError(f"--style {path}; it sets {key} to {value:g}; a size is finite")
    return {key: value for key, value in found.items() if not REFUSED.fullmatch(key)}


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what Matplotlib would warn of in a file, a line each."""
    said: list[str] = []

    def heard(record: logging.LogRecord) -> bool:
        text = record.getMessage().strip().splitlines()[0]
        said.append(re.sub(r" in file .*, line", " in line", text))
        return False

    logger = logging.getLogger("matplotlib")
    logger.addFilter(heard)
    try:
        yield said
    finally:
        logger.removeFilter(heard)
