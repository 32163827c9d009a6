"""The start of a word -> what it may become. What a shell is told while someone types; see shells.py for how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.losses import catalogue, names
from losscli.recipe.sizes import AUTO, NAMED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click
    from click.shell_completion import CompletionItem

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


VARIABLE = "_LOSSPLOT_COMPLETE"  # where a shell puts its question


def items(known: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    """Return of names and what is said of them those that begin so."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(name, help=text or None) for name, text in known if name.startswith(incomplete)]


def losses(incomplete: str) -> list[CompletionItem]:
    """Return the names and aliases of losses; where none begins so, those of libraries: torch.nn.L1Loss."""
    found = items(((name, loss.summary) for name, loss in names().items()), incomplete)
    if found or incomplete.startswith("-"):
        return found
    from losscli.names.frameworks import rows

    return items(((name, row.loss) for name, row in rows().items()), incomplete)


def options(params: Iterable[click.Parameter], ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Return the options that may still be given, once an option is begun."""
    if not incomplete.startswith("-"):
        return []
    import click
    from click.core import ParameterSource

    given = ParameterSource.COMMANDLINE
    left = [
        item
        for item in params
        if isinstance(item, click.Option)
        and not item.hidden
        and (item.multiple or ctx.get_parameter_source(item.name or "") is not given)
    ]
    return items(((flag, item.help or "") for item in left for flag in (*item.opts, *item.secondary_opts)), incomplete)


def _of(found: Callable[[], Iterable[str]]) -> Completer:
    """Complete with words that are looked up when they are asked for."""
    return lambda _ctx, _param, incomplete: items(((word, "") for word in found()), incomplete)


def _on_disk(kind: str) -> Completer:
    """Leave the work to the shell, which knows its files."""

    def completer(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type=kind)]

    return completer


def _libraries() -> Iterable[str]:
    from losscli.names.frameworks import LIBRARIES

    return LIBRARIES


def _formats() -> Iterable[str]:
    from losscli.recipe.formats import SUFFIXES

    return SUFFIXES.split(", ")


def _styles() -> Iterable[str]:
    """Return our style sheets, then Matplotlib's: found beside it, without importing it."""
    from importlib.util import find_spec
    from pathlib import Path

    spec = find_spec("matplotlib")
    theirs = [Path(place, "mpl-data", "stylelib") for place in (spec and spec.submodule_search_locations) or ()]
    sheets = [path.stem for folder in (Path(__file__).parent / "styles", *theirs) for path in sorted(folder.iterdir())]
    return [name for name in (*sheets, "default") if not name.startswith("_")]


files, folders = _on_disk("file"), _on_disk("dir")
formats, libraries, styles = _of(_formats), _of(_libraries), _of(_styles)
families = _of(lambda: dict.fromkeys(loss.family.name for loss in catalogue().values()))
canonical = _of(catalogue)


def sizes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the widths with a name; behind a width what a height may be, or else what may follow the option."""
    width, *_ = ctx.params.get(param.name or "") or [None]
    if width is None:
        return items(((name, "") for name in (*NAMED, AUTO)), incomplete)
    return [] if width == AUTO else [*items([(AUTO, "")], incomplete), *losses(incomplete)]


# Of the Recipe, where its type does not say what may follow.
FIELDS: dict[str, Completer] = {"style": styles, "size": sizes}
