"""Which columns hold targets, predictions and weights: as they are named, or guessed from what people call them."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from losscli.data.tables import Columns
from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

# What people call them, the least ambiguous first; letters and digits only, in small letters.
TARGETS = """
ytrue target targets truth groundtruth actual actuals observed label labels trueclass classindex y true gold obs
response outcome class
"""
PREDICTIONS = """
ypred yhat prediction predictions predicted pred preds forecast estimate fitted logit logits score scores ypredproba
yproba yprob yscore probability probabilities proba prob probs predproba output outputs decision decisionfunction
margin rawscore mu mean f p z
"""
# With several numbers a row: these names stand before a class's number, as in z0, z1 or logit_0, logit_1.
NUMBERED = re.compile(r"(.*?)[ _.\-\[]?(\d+)\]?")
SIMILARITY = 0.5  # difflib's ratio above which a name may be a slip for another
MAX_SHOWN = 12  # column names in an error


def chosen(names: Sequence[str], wanted: Sequence[str], weight: str | None, *, targets: bool, several: bool) -> Columns:
    """Return the columns that are named, or else those that have a usual name.

    Named are the target, if the losses have one, then the prediction or one column for each of its numbers. A name that
    is no column stands for the columns it begins, as z for z0, z1, z2. Raises UsageError if a column is not there, or
    if none or more than one can be meant.
    """
    if weight is not None:
        _check(weight, names)
    if not wanted:
        return Columns(*_guessed(names, targets=targets, several=several), weight)
    if len(wanted) < 1 + targets:
        what = "two columns, the target and then the prediction" if targets else "the column of the prediction"
        raise UsageError(f"--columns {','.join(wanted)}; it names {what}")
    groups = [_group(name, names) for name in wanted]
    predictions = tuple(name for group in groups[targets:] for name in group)
    if len(predictions) > 1 and not several:
        raise UsageError(f"--columns {','.join(wanted)}; the losses read one number, in one column after the target's")
    return Columns(groups[0] if targets else (), predictions, weight)


def _group(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return a column, or those that a name begins and numbers end."""
    series = _series(names).get(name, ()) if name not in names else ()
    if not series:
        _check(name, names)
    return tuple(series) or (name,)


def _check(name: str, names: Sequence[str]) -> None:
    """Raise UsageError if there is no such column, or more than one."""
    if names.count(name) > 1:
        raise UsageError(f"{names.count(name)} columns are called '{name}'; each needs a name of its own")
    if name not in names:
        near = get_close_matches(name, names, 1, SIMILARITY) or [one for one in names if one.lower() == name.lower()]
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise UsageError(f"there is no column '{name}'; {hint}{_listed(names)}")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MAX_SHOWN])
    return f"the columns are {shown}{', ...' if len(names) > MAX_SHOWN else ''}"


def _series(names: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns that differ in a number at their end, by what is before it, in the order of the numbers."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        parts = NUMBERED.fullmatch(name)
        if parts and parts[1]:
            found.setdefault(parts[1], []).append((int(parts[2]), name))
    return {head: [name for _, name in sorted(group)] for head, group in found.items() if len(group) > 1}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _guessed(names: Sequence[str], *, targets: bool, several: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of targets and of predictions that have usual names. Raise UsageError if there are none."""
    target = _usual(TARGETS.split(), names) if targets else ()
    others = [name for name in names if name not in target]
    series = {_plain(head): group for head, group in _series(others).items()} if several else {}
    numbered = next((tuple(series[word]) for word in PREDICTIONS.split() if word in series), ())
    prediction = numbered or _usual(PREDICTIONS.split(), others)
    missing = [*(["target"] if targets and not target else []), *([] if prediction else ["prediction"])]
    if missing:
        how = "TARGET,PREDICTION" if targets else "PREDICTION"
        raise UsageError(f"no column is named as a {' or a '.join(missing)}; say --columns {how}: {_listed(names)}")
    return target, prediction


def target_column(names: Sequence[str], wanted: str | None) -> str:
    """Return the column of the targets: the one that is named, or the one that has a usual name."""
    if wanted is not None:
        _check(wanted, names)
        return wanted
    found = _usual(TARGETS.split(), names) or (tuple(names) if len(names) == 1 else ())
    if not found:
        raise UsageError(f"no column is named as a target; say --columns TARGET: {_listed(names)}")
    return found[0]


def _usual(words: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return the column with the first of these words as its name."""
    by_word: dict[str, list[str]] = {}
    for name in names:
        by_word.setdefault(_plain(name), []).append(name)
    found = next((by_word[word] for word in words if word in by_word), [])
    if len(found) > 1:
        raise UsageError(f"columns {' and '.join(found)} are named alike; say --columns with the one you mean")
    return tuple(found)
