"""SVG -> SVG for everyone: a name and a description for who listens to it, and nothing an XML reader refuses."""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from losscli.wording.descriptions import curve_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from losscli.drawing.scene import Scene

# Characters that XML 1.0 has no way to say (section 2.2); a title may hold them.
UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def accessible(svg: bytes, scene: Scene) -> bytes:
    """Name and describe an image and its parts, as WAI-ARIA has it: https://www.w3.org/TR/graphics-aria-1.0/.

    What is in an `img` is not to be told; a `graphics-document` has parts, and to who knows none it is a document.
    The ids are made of the words: several figures may stand in one page. `labels` are those of further groups, by id.
    """
    own = sha256(scene.recipe.words.encode("utf-8", errors="surrogatepass")).hexdigest()[:10]
    title, text = f"title-{own}", f"description-{own}"
    head, root, body = re.split(r"(<svg\b[^>]*>)", svg.decode("utf-8"), maxsplit=1)
    root = f'{root[:-1]} role="graphics-document document" aria-labelledby="{title}" aria-describedby="{text}">'
    named = f'\n <title id="{title}">{escape(scene.texts.name)}</title>'
    described = f'\n <desc id="{text}">{escape(scene.texts.description)}</desc>'
    body = _labelled(body, dict(_curves(scene)))
    return UNSAYABLE.sub("\ufffd", head + root + named + described + body).encode()


def _labelled(body: str, labels: Mapping[str, str]) -> str:
    """Give groups their names, by their ids."""

    def label(found: re.Match[str]) -> str:
        said = labels.get(found[1])
        return f'<g id="{found[1]}" role="graphics-symbol img" aria-label="{escape(said)}">' if said else found[0]

    return re.sub(r'<g id="([^"]+)">', label, body)


def _curves(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield the id of each curve's group, and what it is called; in one of several panels also what that shows."""
    shown = scene.recipe.show
    for index, name in enumerate(curve_names(scene.recipe)):
        for quantity in shown:
            yield scene.texts.identifier(index, quantity), name if len(shown) == 1 else f"{name}: {quantity}"
