"""The catalogue: collects the losses of all modules in this folder. A new file here is a new family of losses."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from losscli.model.loss import Loss


@cache
def catalogue() -> dict[str, Loss]:
    """Return every loss by its canonical name, ordered by file name and by position in the file."""
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    losses = [item for module in modules for item in vars(module).values() if isinstance(item, Loss)]
    return {loss.name: loss for loss in losses}


@cache
def names() -> dict[str, Loss]:
    """Return every loss by its name and by each of its aliases."""
    aliases = {alias: loss for loss in catalogue().values() for alias in loss.aliases}
    return catalogue() | aliases
