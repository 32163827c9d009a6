"""SVG -> SVG for everyone: a name and a description for who listens to it, and nothing an XML reader refuses."""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losscli.sample import Sampled

# Characters that XML 1.0 has no way to say (section 2.2); a title may hold them.
UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def accessible(svg: bytes, sampled: Sampled, words: str) -> bytes:
    """Name and describe an image, as WAI-ARIA has it: https://www.w3.org/TR/svg-aam-1.0/ and its first child <title>.

    The ids are made of the words: several figures may stand in one page.
    """
    own = sha256(words.encode("utf-8", errors="surrogatepass")).hexdigest()[:10]
    title, text = f"title-{own}", f"description-{own}"
    head, root, body = re.split(r"(<svg\b[^>]*>)", svg.decode("utf-8"), maxsplit=1)
    root = f'{root[:-1]} role="img" aria-labelledby="{title}" aria-describedby="{text}">'
    named = f'\n <title id="{title}">{escape(sampled.name)}</title>'
    described = f'\n <desc id="{text}">{escape(sampled.description)}</desc>'
    return UNSAYABLE.sub("\ufffd", head + root + named + described + body).encode()
