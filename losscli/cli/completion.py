"""Shell completion: what the TAB key offers. shells.py holds what differs between shells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.losses import catalogue, names
from losscli.recipe.formats import FORMATS
from losscli.recipe.recipe import TUTORIAL_STYLE
from losscli.recipe.sizes import AUTO, NAMED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click
    from click.shell_completion import CompletionItem

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


VARIABLE = "_LOSSPLOT_COMPLETE"  # the environment variable in which a shell asks


def items(known: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    """Return those of the (name, help) pairs whose name begins with `incomplete`."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name, help=text or None) for name, text in known if name.startswith(incomplete)]


def losses(incomplete: str) -> list[CompletionItem]:
    """Return the names and aliases of losses or, if none begins so, those in libraries, such as torch.nn.L1Loss.

    If no exact name begins so, the usual spellings of names do, such as nn.L1Loss.
    """
    found = items(((name, loss.summary) for name, loss in names().items()), incomplete)
    if found or incomplete.startswith("-"):
        return found
    from losscli.names.frameworks import rows

    found = items(((name, row.loss) for name, row in rows().items()), incomplete)
    if found:
        return found
    from losscli.names.forgiven import usual_spellings

    return items(usual_spellings(incomplete), incomplete)


def loss_words(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what completes the name of a loss."""
    return losses(incomplete)


def _words(find: Callable[[], Iterable[str]]) -> Completer:
    """Return a completer for words that are looked up only when needed."""
    return lambda _ctx, _param, incomplete: items(((word, "") for word in find()), incomplete)


def _paths(kind: str) -> Completer:
    """Return a completer that lets the shell complete paths: `file` or `dir`."""

    def completer(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type=kind)]

    return completer


def _styles() -> Iterable[str]:
    """Return the names of our style sheets and of Matplotlib's, without importing Matplotlib."""
    from importlib.util import find_spec
    from pathlib import Path

    spec = find_spec("matplotlib")
    folders = [Path(place, "mpl-data", "stylelib") for place in (spec and spec.submodule_search_locations) or ()]
    folders.insert(0, Path(__file__).parents[1] / "drawing" / "styles")
    sheets = [path.stem for folder in folders for path in sorted(folder.glob("*.mplstyle"))]
    return [name for name in (*sheets, TUTORIAL_STYLE, "default") if not name.startswith("_")]


def _libraries() -> Iterable[str]:
    from losscli.names.frameworks import LIBRARIES

    return LIBRARIES


files, folders = _paths("file"), _paths("dir")
formats, styles = _words(lambda: FORMATS), _words(_styles)
libraries = _words(_libraries)
families = _words(lambda: dict.fromkeys(loss.family.name for loss in catalogue().values()))
canonical = _words(catalogue)


# Completers for fields of the Recipe whose type does not list the allowed words.
FIELDS: dict[str, Completer] = {"style": styles, "size": _words(lambda: (*NAMED, AUTO))}
