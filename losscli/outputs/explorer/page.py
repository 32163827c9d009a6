"""Write the explorer as one web page that needs no network."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from statistics import mode
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from losscli.losses import catalogue
from losscli.outputs.explorer.contents import entry
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.loss import Loss

HERE = Path(__file__).parent
SCRIPTS = ("reader.js", "curves.js", "figure.js", "page.js")  # in the order in which they run


def render(losses: Sequence[Loss]) -> bytes:
    """Return the page of these losses in UTF-8; of none, that of all, which begins with the tutorial's."""
    chosen = losses or list(catalogue().values())
    fields = {
        "generator": f"lossplot {__version__}",
        "description": html.escape(f"{len(chosen)} loss functions to choose, move and read off"),
        "style": (HERE / "page.css").read_text("utf-8"),
        "losses": _literal([entry(loss) for loss in chosen]),
        "start": _literal(_start(losses or _of_tutorial(chosen))),
        "script": "\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS),
    }
    template = (HERE / "page.html").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: fields[found[1]], template).encode()


def _of_tutorial(losses: Sequence[Loss]) -> list[Loss]:
    """Return the tutorial's losses that read the kind of prediction that most of them read."""
    found = [loss for loss in losses if loss.tutorial]
    kind = mode(loss.family.reads for loss in found)
    return [loss for loss in found if loss.family.reads == kind]


def _start(losses: Sequence[Loss]) -> str:
    """Return the link of the page's first figure: losses that read the same kind of prediction as the first.

    Of many the page draws the first ones.
    """
    alike = [loss.name for loss in losses if loss.family.reads == losses[0].family.reads]
    return urlencode([*(("loss", name) for name in alike), ("show", "value floor")])


def _literal(value: object) -> str:
    """Return JavaScript's literal, in which no text ends the script; unlike JSON it has Infinity and NaN."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
