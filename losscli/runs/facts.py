"""The facts of `info`: what is known of losses, as text or JSON, and how two of them differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.recipe.reading import owned_curves
from losscli.recipe.sweeps import is_swept
from losscli.runs.job import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.model.curve import Curve
    from losscli.recipe.request import Request


def information(request: Request) -> Text:
    """Return the job of describing losses."""

    def text() -> Iterator[str]:
        from losscli.runs.differences import difference
        from losscli.wording.info import described, facts
        from losscli.wording.numbers import dumped

        blocks = _blocks(request)
        if request.get("json"):
            yield dumped([facts(curve) for block in blocks for curve in block])
            return
        parts = [described(block) for block in blocks]
        if len(request.losses) == len(blocks) == 2:  # noqa: PLR2004 - the two that are compared
            parts.append(difference(blocks[0][0], blocks[1][0]))
        yield "\n\n".join(parts) + "\n"

    return Text(text)


def _blocks(request: Request) -> list[list[Curve]]:
    """Return the curves that are described together: those of a loss word if a value is swept, else each alone."""
    owned = owned_curves(request)
    if not is_swept(request):
        return [[curve] for _, curve in owned]
    return [[curve for own, curve in owned if own is word] for word in request.losses]
