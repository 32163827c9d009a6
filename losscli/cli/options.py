"""Builds Click options from typed fields: the parameters of a loss and the options of a figure alike."""

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
    get_args,
    get_origin,
    get_type_hints,
)

import click

from losscli.cli.completion import FIELDS, items
from losscli.errors import UsageError
from losscli.model.domains import Interval
from losscli.model.numbers import Sweep, number, shown
from losscli.recipe.recipe import GROUPS, OPTIONS, Recipe, flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from click.shell_completion import CompletionItem

    from losscli.model.loss import Parameter
    from losscli.model.spelling import Switch

PARAMETERS = "Parameters"  # the group of a loss's own options; help shows it first
SETTINGS = "How to read it"  # the group of the settings of a user's own loss

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType  # generic only since Click 8.5


class Number(ParamType):
    """A number in an interval. Unlike Click's FloatRange it refuses nan, and inf unless the interval includes it."""

    name = "number"

    def __init__(self, interval: Interval, *, whole: bool = False) -> None:
        self.interval, self.whole = interval, whole
        self.allowed = interval.described(whole=whole)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number. Raise UsageError if it is not in the interval."""
        try:
            read = int(value) if self.whole else number(str(value))
        except (ValueError, UsageError):
            self.refuse(value, param)
        if read not in self.interval:
            self.refuse(value, param)
        return read

    def refuse(self, value: Any, param: click.Parameter | None) -> NoReturn:
        """Raise UsageError with the value and what is allowed."""
        flag = param.opts[0] if param else "value"
        raise UsageError(f"{flag} {value}; {flag.lstrip('-')} is {self.allowed}")


class Numbers(Number):
    """A number in an interval, or N evenly spaced ones: `LO:HI:N`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a number or a Sweep. Raise UsageError if one is not in the interval."""
        if ":" not in str(value):
            return super().convert(value, param, ctx)
        try:
            sweep = Sweep.read(str(value))
        except UsageError as error:
            raise UsageError(f"{param.opts[0] if param else 'value'} {value}; {error}") from None
        return sweep.of([Number.convert(self, shown(one), param, ctx) for one in sweep])


class Readable(ParamType):
    """Text of a certain form, such as `8cm`; the annotation of the field has a method `read`, which checks it."""

    name = "text"

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text. Raise UsageError if it has another form."""
        try:
            self.reader.read(str(value))
        except UsageError as error:
            raise UsageError(f"{param.opts[0] if param else 'value'} {value}; {error}") from None
        return str(value)


class Option(click.Option):
    """An option with the group in which help shows it."""

    def __init__(self, flags: Sequence[str], group: str, **settings: Any) -> None:
        super().__init__(flags, **settings)
        self.group = group


class Kind(NamedTuple):
    """The settings of a Click option that follow from a field's type."""

    type: ParamType
    nargs: int = 1
    multiple: bool = False


def kind(hint: Any) -> Kind:
    """Return the settings for Annotated[float, Interval], Literal, bool, str, X | None, tuple[X, X], tuple[X, ...]."""
    if get_origin(hint) is Annotated:
        base, *notes = get_args(hint)
        if hasattr(notes[0], "read"):
            return Kind(Readable(notes[0]))
        interval = next(note for note in notes if isinstance(note, Interval))
        return Kind(Number(interval, whole=base is int))
    if get_origin(hint) is Literal:
        return Kind(click.Choice(get_args(hint)))
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
    """Return a Click option for every field of the Recipe that is declared as an option."""
    hints = get_type_hints(Recipe, include_extras=True)
    return tuple(_field_option(item, hints[item.name]) for item in OPTIONS)


def _field_option(item: Any, hint: Any) -> click.Option:
    text, name, group = item.metadata["help"], item.metadata["flag"] or flag(item.name), item.metadata["group"]
    if bool in (hint, *get_args(hint)):
        state = {None: "as the style says", True: "on", False: "off"}[item.default]
        switch = f"{name}/{flag(f'no_{item.name}')}"
        return Option([switch, item.name], group, default=None, help=f"{text}  [default: {state}]")
    form = kind(hint)
    if item.default not in (MISSING, None, ()):
        text += f"  [default: {item.default[0] if form.multiple else item.default}]"
    return Option(
        [name, item.name],
        group,
        type=form.type,
        nargs=form.nargs,
        multiple=form.multiple,
        metavar=item.metadata["metavar"],
        help=text,
        shell_complete=FIELDS.get(item.name),
    )


class Swept(Numbers):
    """A parameter: a number, `LO:HI:N` for N evenly spaced numbers, or `none` if it is optional."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter.interval, whole=parameter.whole)
        self.optional = parameter.default is None and not parameter.required
        self.allowed += " or none" * self.optional

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a number, a Sweep or None. Raise UsageError for anything else."""
        if self.optional and value == shown(None):
            return None
        return super().convert(value, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return `none` if the parameter is optional."""
        return items([(shown(None), "switched off")] * self.optional, incomplete)


class PerClass(ParamType):
    """A parameter with a number for each class, `a,b,...`, or `none` if it is optional."""

    name = "numbers"

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.allowed = f"{parameter.allowed}{', or none' * (parameter.default is None)}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a tuple of numbers or None. Raise UsageError for anything else; there are no sweeps of vectors."""
        if self.parameter.default is None and value == shown(None):
            return None
        try:
            numbers = tuple(map(number, value.split(",")))
        except UsageError:
            numbers = ()
        if not self.parameter.holds(numbers):
            raise UsageError(f"{flag(self.parameter.name)} {value}; {self.parameter.name} is {self.allowed}")
        return numbers


@cache
def parameter_option(parameter: Parameter) -> click.Option:
    """Return the Click option of a loss's parameter. Each value that it is given is another curve."""
    default = "needed" if parameter.required else f"default: {shown(parameter.default)}"
    kind: ParamType
    if parameter.choices:
        kind, metavar, allowed = click.Choice(parameter.choices), "|".join(parameter.choices), parameter.allowed
    elif parameter.per_class:
        kind, metavar = PerClass(parameter), "A,B,..."
        allowed = kind.allowed
    else:
        kind, metavar = Swept(parameter), "NUMBER|LO:HI:N"
        allowed = kind.allowed
    return Option(
        [flag(parameter.name), parameter.name],
        PARAMETERS,
        type=kind,
        multiple=True,
        metavar=metavar,
        help=f"{parameter.help}; {allowed}  [{default}]",
    )


def switch_option(switch: Switch) -> click.Option:
    """Return the Click option of a library's switch."""
    state = "on" if switch.default else "off"
    names = f"{flag(switch.name)}/{flag(f'no_{switch.name}')}"
    return Option([names, switch.name], PARAMETERS, default=None, help=f"{switch.help}  [default: {state}]")


def given_options(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without those of options that were not given: None, an empty tuple, an unset flag."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value != () and (value is not False or name in _switches())
    }


@cache
def _switches() -> frozenset[str]:
    """Return the names of options with two forms, such as --loop and --no-loop."""
    return frozenset(str(option.name) for option in figure_options() if option.secondary_opts)


def write_groups(options: Iterable[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the help of options by group: parameters first, and last what has no group, such as --help."""
    records: dict[str, list[tuple[str, str]]] = {name: [] for name in (PARAMETERS, SETTINGS, *GROUPS, "Help")}
    for option in options:
        record = option.get_help_record(ctx)
        if record:
            records[getattr(option, "group", "Help")].append(record)
    for name, found in records.items():
        if found:
            with formatter.section(name):
                formatter.write_dl(found)
