"""A typed field -> a Click option: one rule for the parameters of every loss and for the options of a figure."""

from __future__ import annotations

from dataclasses import MISSING
from functools import cache
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NoReturn,
    Protocol,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

import click

from losscli.cli.completion import FIELDS, items
from losscli.errors import UsageError
from losscli.model.domains import Interval
from losscli.model.numbers import Sweep, number, shown
from losscli.recipe.recipe import OPTIONS, Recipe, flag

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from losscli.model.loss import Parameter


if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # generic only since Click 8.5


class Number(ParamType):
    """A number inside an interval; unlike Click's FloatRange it never lets nan through, nor inf where ends are open."""

    name = "number"

    def __init__(self, interval: Interval, *, whole: bool = False) -> None:
        self.interval, self.whole = interval, whole
        self.allowed = interval.described(whole=whole)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number or say what is allowed."""
        try:
            read = int(value) if self.whole else number(str(value))
        except (ValueError, UsageError):
            self.refuse(value, param)
        if read not in self.interval:
            self.refuse(value, param)
        return read

    def refuse(self, value: Any, param: click.Parameter | None) -> NoReturn:
        """Say what was said and what is allowed."""
        flag = param.opts[0] if param else "value"
        raise UsageError(f"{flag} {value}; {flag.lstrip('-')} is {self.allowed}")


class Choice(click.Choice[str]):
    """One of a few words; the error is in the form of all others."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take the word or say which there are."""
        if value not in self.choices:
            flag = param.opts[0] if param else "value"
            raise UsageError(f"{flag} {value}; {flag.lstrip('-')} is one of {', '.join(self.choices)}")
        return value


@runtime_checkable
class Reader(Protocol):
    """Stands in the type of a field that is text of a certain form."""

    def read(self, text: str) -> Any:
        """Read the text; raise UsageError, which says what is allowed, where it has another form."""

    def normalized(self, text: str) -> str:
        """Return the one text for all that are read alike."""


class Readable(ParamType):
    """Text that a Reader can read, kept as text."""

    name = "text"

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Settle the text or say what is allowed."""
        try:
            self.reader.read(str(value))
        except UsageError as error:
            raise UsageError(f"{param.opts[0] if param else 'value'} {value}; {error}") from None
        return self.reader.normalized(str(value))


class Kind(NamedTuple):
    """What a type says about an option."""

    type: ParamType
    nargs: int = 1
    multiple: bool = False


def kind(hint: Any) -> Kind:
    """Read a field's type: Annotated[float, Interval], str, Literal, X | None, tuple[X, X], tuple[X, ...]."""
    if get_origin(hint) is Annotated:
        base, *notes = get_args(hint)
        if isinstance(notes[0], Reader):
            return Kind(Readable(notes[0]))
        interval = next(note for note in notes if isinstance(note, Interval))
        return Kind(Number(interval, whole=base is int))
    if get_origin(hint) is Literal:
        return Kind(Choice(get_args(hint)))
    if get_origin(hint) is tuple:
        first, second = get_args(hint)
        inner = kind(first)
        return inner._replace(multiple=True) if second is ... else inner._replace(nargs=2)
    if hint is bool:
        return Kind(click.BOOL)
    inner_types = [part for part in get_args(hint) if part is not NoneType]
    return kind(inner_types[0]) if inner_types else Kind(click.STRING)


@cache
def figure_options() -> tuple[click.Option, ...]:
    """Return an option for every field of the Recipe that is one."""
    hints = get_type_hints(Recipe, include_extras=True)
    return tuple(_field_option(item, hints[item.name]) for item in OPTIONS)


def _field_option(item: Any, hint: Any) -> click.Option:
    text, said = item.metadata["help"], item.metadata["flag"] or flag(item.name)
    if bool in (hint, *get_args(hint)):
        state = {None: "as the style says", True: "on", False: "off"}[item.default]
        switch = f"{said}/{flag(f'no_{item.name}')}"
        return click.Option([switch, item.name], default=None, help=f"{text}  [default: {state}]")
    form = kind(hint)
    if item.default not in (MISSING, None, ()):
        text += f"  [default: {item.default[0] if form.multiple else item.default}]"
    return click.Option(
        [said, item.name],
        type=form.type,
        nargs=form.nargs,
        multiple=form.multiple,
        metavar=item.metadata["metavar"],
        help=text,
        shell_complete=FIELDS.get(item.name),
    )


class Swept(Number):
    """A parameter: a number, `LO:HI:N` for N evenly spaced ones, or `none` where it can be switched off."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter.interval, whole=parameter.whole)
        self.optional = parameter.default is None
        self.allowed += " or none" * self.optional

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read any of them."""
        if self.optional and value == shown(None):
            return None
        if ":" not in str(value):
            return super().convert(value, param, ctx)
        try:
            sweep = Sweep.read(value)
        except UsageError as error:
            raise UsageError(f"{param.opts[0] if param else 'value'} {value}; {error}") from None
        for one in sweep:
            super().convert(shown(one), param, ctx)
        return sweep

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the one word that it may be."""
        return items([(shown(None), "switched off")] * self.optional, incomplete)


def parameter_option(parameter: Parameter) -> click.Option:
    """Return the option of a loss's parameter; given twice it means two curves, LO:HI:N means N of them."""
    kind = Swept(parameter)
    return click.Option(
        [flag(parameter.name), parameter.name],
        type=kind,
        multiple=True,
        metavar="NUMBER|LO:HI:N",
        help=f"{parameter.help}; {kind.allowed}  [default: {shown(parameter.default)}]",
    )


def given(values: dict[str, Any]) -> dict[str, Any]:
    """Keep what was said: an option that was not has no value, an empty one or an unset flag."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value != () and (value is not False or name in switches())
    }


@cache
def switches() -> frozenset[str]:
    """Return the fields of the Recipe that can be said either way: `--loop` and `--no-loop`."""
    return frozenset(str(option.name) for option in figure_options() if option.secondary_opts)


def figure_words(words: list[str]) -> dict[str, Any]:
    """Read figure options alone, such as the look that a loss brings along."""
    command = click.Command("look", params=list(figure_options()))
    return given(command.make_context("look", words).params)
