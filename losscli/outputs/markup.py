"""The stamp in an SVG or an HTML page, read without trusting either."""

from __future__ import annotations

from html.parser import HTMLParser


class Reader(HTMLParser):
    """Collects the source of an SVG (Dublin Core), or of a page its <meta name="lossplot">, not that of SVGs in it.

    It knows no entities but the standard ones and fetches nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._root = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where we are."""
        self._root = self._root or tag
        said = dict(attrs)
        if self._root != "svg" and tag == "meta" and said.get("name") == "lossplot":
            self.found.append(said.get("content") or "")
        self._inside = self._root == "svg" and tag == "dc:source"
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave the source."""
        self._inside = False

    def handle_data(self, data: str) -> None:
        """Collect its text."""
        if self._inside:
            self.found[-1] += data
