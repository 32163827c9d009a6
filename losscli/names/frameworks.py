"""Looks library names up in the table: what they stand for, how they differ, and which libraries there are."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from losscli.losses import catalogue
from losscli.model.loss import QUANTITIES, Loss, Parameter, Quantity, argument_names
from losscli.model.numbers import Value, shown
from losscli.model.spelling import Spelling
from losscli.names.table import TABLE
from losscli.names.table.refusals import REFUSALS
from losscli.names.table.row import NO_DEFAULT, Row, RowParameter, expanded

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

LIBRARIES = {
    "torch": "PyTorch 2.13",
    "tf": "TensorFlow 2.21",
    "keras": "Keras 3.15",
    "optax": "Optax 0.2.8",
    "sklearn": "scikit-learn 1.9",
    "scipy": "SciPy 1.17",
    "xgboost": "XGBoost 3.2",
    "lightgbm": "LightGBM 4.7",
    "catboost": "CatBoost 1.2",
    "statsmodels": "statsmodels 0.15",
    "torchvision": "torchvision 0.28",
    "tfa": "TensorFlow Addons 0.23",
    "kornia": "Kornia 0.9",
    "monai": "MONAI 1.6",
    "segmentation_models_pytorch": "segmentation_models_pytorch 0.6",
    "pytorch_metric_learning": "pytorch_metric_learning 2.9",
    "entmax": "entmax 1.3",
    "coral_pytorch": "coral-pytorch 1.4",
    "sentence_transformers": "Sentence Transformers",
    "jonbarron": "robust_loss_pytorch",
    "ceres": "Ceres Solver 2.2, half of rho(r^2)",
    "juliaml": "LossFunctions.jl 1.2",
    "trl": "TRL, loss_type of DPOConfig",
    "timm": "timm 1.0",
    "mmdet": "MMDetection 3.3",
    "scoringrules": "scoringrules 0.10",
    "properscoring": "properscoring 0.1",
}
ALSO = {"robust_loss_pytorch": "jonbarron"}  # the name under which a library is imported, if it is another

REFUSED = {name: reason for names, reason in REFUSALS.items() for name in expanded(names)}


@cache
def rows() -> dict[str, Row]:
    """Return the rows by library name."""
    return {name: row for row in TABLE for name in row.names}


def spelling(name: str) -> Spelling | None:
    """Return what a library's name stands for, or None if no library has the name."""
    found = rows().get(name)
    return None if found is None else _spelling(name, found, {})


def _spelling(name: str, found: Row, chosen: Mapping[str, bool]) -> Spelling:
    """Return what a name of a row stands for with these switches."""
    meant = found
    for item, change in found.switches.items():
        meant = meant.but(**change) if chosen.get(item.name, item.default) != item.default else meant
    loss = catalogue()[meant.loss]
    parameters = (*(_spelled(item, own) for item, own in _named(meant, loss)), *meant.extra)

    def canonical(named: Mapping[str, Value]) -> dict[str, Value]:
        own: dict[str, Any] = {item.name: meant.parameters.get(item.name, item.default) for item in loss.parameters}
        return {key: _value(value, named) if isinstance(value, tuple) else value for key, value in own.items()}

    return Spelling(
        name, loss, parameters, canonical, meant.factor, meant.shift, meant.value, meant.targets,
        tuple(found.switches), partial(_spelling, name, found), chosen,
    )  # fmt: skip


def _named(found: Row, loss: Loss) -> list[tuple[Parameter, RowParameter]]:
    own = [(item, found.parameters.get(item.name)) for item in loss.parameters]
    return [(item, value) for item, value in own if isinstance(value, tuple)]


def _spelled(item: Parameter, own: RowParameter) -> Parameter:
    assert isinstance(own, tuple)  # noqa: S101 - _named lets nothing else through
    name, default = own[:2]
    roman = name.replace("_", r"\_")
    interval = own[3] if len(own) > 3 else item.interval  # noqa: PLR2004 - name, default, change, interval
    latex = item.latex if name == item.name else rf"\mathrm{{{roman}}}"
    idle = item.idle and default == item.default
    return item._replace(name=name, default=default, latex=latex, interval=interval, idle=idle)


def _value(own: RowParameter, named: Mapping[str, Value]) -> Value:
    assert isinstance(own, tuple)  # noqa: S101 - canonical() lets nothing else through
    value = named[own[0]]
    if len(own) == 2 or value is None:  # noqa: PLR2004 - name, default, change
        return value
    others = argument_names(own[2])[1:]
    return own[2](value, *(named[name] for name in others))


def library(name: str) -> str:
    """Return the library that a name belongs to, given by its first word, or an empty string."""
    first = name.replace(":", ".").partition(".")[0]
    first = ALSO.get(first, first)
    return first if first in LIBRARIES else ""


def convention_notes(found: Row) -> str:
    """Return a sentence on how the conventions of a row's names differ from those of the catalogue's loss."""
    loss = catalogue()[found.loss]
    notes = []
    for item in loss.parameters:
        own: Any = found.parameters.get(item.name, item.default)
        if isinstance(own, tuple):
            if own[0] != item.name:
                notes.append(f"{item.name} is called {own[0]}")
            if own[1] != item.default:
                notes.append(f"{own[0]} is {_plain(own[1])} {'here' if NO_DEFAULT in found.differs else 'by default'}")
        elif own != item.default:
            notes.append(f"{item.name} is {_plain(own)}")
    if not callable(found.factor) and found.factor != 1:
        notes.append(f"multiplied by {_plain(found.factor)}")
    if found.targets:
        notes += [f"its target is {found.targets.kind}, here {loss.family.targets}"] if found.targets.kind else []
    notes += [f"it has {item.name}" for item in found.extra]
    notes += [_instead(found)] if found.instead else []
    return "; ".join([*notes, *([found.differs] if found.differs else [])])


def _instead(found: Row) -> str:
    """Return `its Hessian is 1` of a row with such a derivative."""
    assert found.instead  # noqa: S101 - asked for by the callers
    quantity = "Hessian" if found.instead.quantity == "hessian" else found.instead.quantity
    return f"its {quantity} is {found.instead.words}"


def training_notes(name: str, among: Container[Quantity] = QUANTITIES) -> dict[str, str]:
    """Return what the library of a name takes for a derivative in training, if not the loss's and among these."""
    found = rows().get(name)
    if not (found and found.instead and found.instead.quantity in among):
        return {}
    return {f"{found.instead.quantity} in training": _made_by(name, _instead(found))}


def _plain(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float | int) else shown(value)


def called(name: str, parameter: str) -> str:
    """Return what a name calls a parameter of its loss; the same for a name of the catalogue or one that fixes it."""
    found = rows().get(name)
    own = found.parameters.get(parameter) if found else None
    return own[0] if isinstance(own, tuple) else parameter


def own_notes(name: str) -> list[str]:
    """Return what else the library of a name does in its own way, such as `LightGBM's Hessian is 1`."""
    found = rows().get(name)
    notes = found.differs.split("; ") if found and found.differs else []
    return [*(_made_by(name, note) for note in notes), *training_notes(name).values()]


def _made_by(name: str, note: str) -> str:
    """Return a note with the library that makes a name instead of `it` or `its`."""
    maker = re.sub(r" [\d.]+(,.*)?$", "", LIBRARIES[library(name)])
    return re.sub(r"^its\b", f"{maker}'s", re.sub(r"^it\b", maker, note))


def library_names(loss: Loss) -> list[tuple[str, str]]:
    """Return the (name, convention notes) pairs of a loss in all libraries."""
    return [(name, convention_notes(found)) for name, found in rows().items() if found.loss == loss.name]
