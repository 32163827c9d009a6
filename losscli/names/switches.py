"""Parameters and switches of libraries that a name here does not have: which name and words give the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losscli.losses import catalogue
from losscli.names.frameworks import own_notes, rows
from losscli.names.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.model.spelling import Spelling, Switch
    from losscli.names.table.row import Row, RowParameter

MAX_LOSSES = 3  # a hint names the losses with a parameter, unless there are more than this
OF_LABEL_1 = (
    "its factor multiplies the numbers of one example; for label 1 alone say weighted-cross-entropy --pos-weight"
)
OF_THE_CLASS = "of a target of one class it is a factor: multiply the numbers by the weight of that class"
DISTANCES = "the distances are given here, as you measure them"

# By parameter, what is said of it for a loss; "" is for any other loss that the table of names has nothing on.
SWITCHES: dict[str, dict[str, str]] = {
    "reduction": {"": "one example has no reduction, and its numbers are those of reduction none"},
    "weight": {
        "cross-entropy": OF_LABEL_1,
        "sigmoid-cross-entropy": OF_LABEL_1,
        "weighted-cross-entropy": "its factor multiplies the numbers of one example; --pos-weight is for label 1 alone",
        "weston-watkins": OF_THE_CLASS,
        "multilabel-soft-margin": "it multiplies the term of each class, which is sigmoid-cross-entropy divided by K",
        "": "of one example it is a factor: multiply the numbers by it",
    },
    "full": {"gaussian-nll": "catboost:RMSEWithUncertainty adds log(2 pi) / 2, as full does"},
    "log_target": {
        "relative-entropy": "relative-entropy-logs reads the logs of both masses; here give e^t for a log t",
        "generalized-kl": "the target is a mass: give e^t for its log t",
        "distribution-kl": "the target is a distribution: give e^t for each log t",
    },
    "from_logits": {
        "weighted-cross-entropy": "it reads a logit; cross-entropy is the same loss of a probability",
        "": "only a loss of a probability could read its logit instead",
    },
    "label_smoothing": {
        "weighted-cross-entropy": "for a weight of 1, keras.losses.BinaryCrossentropy with from_logits has it"
    },
    "eps": {"": "the loss is exact here, and needs no small number that keeps it finite"},
    "apply_class_balancing": {"focal": "focal --alpha 0.25 balances the classes so"},
    "ignore_index": {"": "an example that is ignored has no loss; leave it out"},
    "swap": {"": DISTANCES},
    "p": {"triplet": DISTANCES},
    "axis": {"": "the classes of one example are its one axis"},
    "multioutput": {"": "one example has one output"},
    "raw_values": {"": "one example has one output"},
    "squared": {"": "the root is taken over all examples, and here is one"},
}
SAME = {
    "size_average": "reduction",
    "distance_function": "swap",
    "reduce": "reduction",
    "normalize": "reduction",
    "sample_weight": "weight",
    "class_weight": "weight",
    "weights": "weight",
    "compute_full_loss": "full",
    "dim": "axis",
}


def missing_parameter(spelling: Spelling, parameter: str, spelled: Callable[[str], str] = str) -> str:
    """Return a hint for a parameter that a name lacks, such as `smooth-l1 has it; `, or an empty string.

    `spelled` turns the name of a parameter into what the user types for it, such as an option.
    """
    switch = parameter.removeprefix("no_")
    switch = SAME.get(switch, switch)
    said = SWITCHES.get(switch, {})
    found = said.get(spelling.loss.name) or _with_switch(spelling, switch, spelled)
    found = found or _renamed(spelling, parameter, spelled) or _fixed(spelling, parameter)
    found = found or _of_the_family(spelling, parameter) or said.get("", "")
    return f"{found}; " if found else ""


def _with_switch(spelling: Spelling, switch: str, spelled: Callable[[str], str]) -> str:
    """Return which name has the switch, and what loss of the catalogue it turns to."""
    for row, switched in _rows_of(spelling, spelled):
        for item, change in row.switches.items():
            if item.name == switch and "loss" in change:
                return f"{row.names[0]} with {_turned(item, spelled)} is {change['loss']}"
            if item.name == switch:
                return f"{row.names[0]}{switched} has {_turned(item, spelled)}"
    return ""


def _turned(switch: Switch, spelled: Callable[[str], str]) -> str:
    """Return what a user types to turn a switch from its default."""
    return spelled(f"no_{switch.name}" if switch.default else switch.name)


def _rows_of(spelling: Spelling, spelled: Callable[[str], str]) -> Iterator[tuple[Row, str]]:
    """Yield the rows of a loss, and those that a switch turns to it, with ` with` and that switch."""
    for row in TABLE:
        if row.loss == spelling.loss.name:
            yield row, ""
        for item, change in row.switches.items():
            if change.get("loss") == spelling.loss.name:
                yield row, f" with {_turned(item, spelled)}"


def _renamed(spelling: Spelling, parameter: str, spelled: Callable[[str], str]) -> str:
    """Return what another name of the loss calls by this word, or which name has it besides the loss's own."""
    for row, switched in _rows_of(spelling, spelled):
        if parameter in (item.name for item in row.extra):
            return f"{row.names[0]}{switched} has it"
        for own, value in row.parameters.items():
            here = _name_of(_row_parameters(spelling).get(own, (own, None)))
            if parameter in (_name_of(value), own) and _name_of(value) and here not in ("", parameter):
                elsewhere = row.names[0] if parameter == _name_of(value) else row.loss
                return f"what {elsewhere} calls {parameter} is {spelled(here)} here"
    return ""


def _row_parameters(spelling: Spelling) -> dict[str, RowParameter]:
    row = rows().get(spelling.name)
    return dict(row.parameters) if row else {}


def _name_of(value: RowParameter) -> str:
    """Return what a library calls a parameter; an empty string for one that it fixes."""
    return value[0] if isinstance(value, tuple) else ""


def _fixed(spelling: Spelling, parameter: str) -> str:
    """Return the value that the name fixes the parameter at, or what its library does about it."""
    own = _row_parameters(spelling)
    if parameter in own and not isinstance(value := own[parameter], tuple):
        return f"{parameter} is {'none' if value is None else f'{value:.6g}'} there; {spelling.loss.name} has it"
    return "; ".join(note for note in own_notes(spelling.name) if re.search(rf"\b{parameter}\b", note))


def _of_the_family(spelling: Spelling, parameter: str) -> str:
    """Return the few losses of the same family that have the parameter."""
    family = [loss for loss in catalogue().values() if loss.family == spelling.loss.family]
    owners = [loss.name for loss in family if parameter in (item.name for item in loss.parameters)]
    owners = [spelling.loss.name] if spelling.loss.name in owners else owners
    if not 0 < len(owners) <= MAX_LOSSES:
        return ""
    return f"{' and '.join(owners)} {'has' if len(owners) == 1 else 'have'} it"
