"""Finds what a name may mean that is no exact one: other case or hyphens, a short prefix, a bare class name.

Nothing here is worked out before an exact name is missed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from losscli.losses import catalogue, names
from losscli.model.domains import Label
from losscli.names.exact import meaning
from losscli.names.frameworks import LIBRARIES, REFUSED, library, rows
from losscli.names.nicknames import AMBIGUOUS, NICKNAMES, NO_LOSS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from losscli.model.numbers import Value
    from losscli.model.spelling import Spelling

# Libraries by how many people type their names, the catalogue ("") among them; the others follow as in LIBRARIES.
MOST_USED = ("torch", "keras", "tf", "sklearn", "")
# Short words of a prefix, as people import them, for those of the exact names.
SHORT = {"f": "functional", "k": "keras", "tensorflow": "tf", "xgb": "xgboost", "lgb": "lightgbm", "lgbm": "lightgbm"}
SHORT |= {"cb": "catboost", "cat": "catboost", "skl": "sklearn", "sm": "statsmodels"}
SHORT |= {"smp": "segmentationmodelspytorch", "pml": "pytorchmetriclearning", "tv": "torchvision"}
ANY_MODULE = {"losses", "loss", "modules", "metrics", "objective", "metric"}  # words of a prefix that name no library
# A loss that is another one at these values of its parameters.
REDUCED: dict[str, tuple[dict[str, Value], str]] = {
    "weighted-cross-entropy": ({"pos_weight": 1.0}, "sigmoid-cross-entropy")
}
# Columns of a Spelling that are compared by what they do, or not at all; the rest make two curves if they differ.
SPELLED = {"name", "loss", "parameters", "canonical", "targets", "switches", "choose", "chosen"}
NAME = re.compile(r"\w([\w .:'-]*\w)?")
CLASS_NAME = re.compile(r"(?=.*[a-z])(.*[A-Z]){2}")  # such as KLDivLoss
TYPED_PREFIXES = {"torch.nn.functional.": "F.", "torch.nn.": "nn.", "tf.keras.losses.": "tf.losses."}  # that TAB offers
TYPED_PREFIXES |= {"xgboost:": "xgb:", "lightgbm:": "lgb:"}


def forgiven(word: str) -> str | None:
    """Return the exact name that a word stands for, or None if it may mean several curves or none."""
    found = candidates(word)
    return found[0] if len(found) == 1 else None


@cache
def candidates(word: str) -> tuple[str, ...]:
    """Return an exact name for each curve that a word may mean, those of the most used libraries first."""
    if word in REFUSED or not _is_name(word):
        return ()
    asked = _ambiguous().get(folded(word)) or _ambiguous().get(normal(word))
    if asked and not _is_class(word):
        return asked
    groups: list[list[str]] = []
    for name in sorted(_meanings(word), key=_rank):
        same = next((group for group in groups if _curve(group[0]) == _curve(name)), None)
        if same is None:
            groups.append([name])
        else:
            same.append(name)
    return tuple(_nearest(word, group) for group in groups)


def folded(word: str) -> str:
    """Return a name in lower case, without hyphens, underscores, dots and spaces."""
    return re.sub(r"[\W_]", "", word).lower()


def normal(word: str) -> str:
    """Return the normal form of a name: folded, and without `loss` at its end."""
    return folded(word).removesuffix("loss") or folded(word)


def parts(name: str) -> tuple[list[str], str]:
    """Return the words of a name's prefix and what follows: a class, a function, or all behind a library's colon."""
    head, colon, tail = name.partition(":")
    if not colon:
        head, _, tail = name.rpartition(".")
    return head.split(".") if head else [], tail


def _is_name(word: str) -> bool:
    """Return True unless a word is a path, a sum, or a value in the wrong place: `0.1` is not the zero-one loss."""
    with suppress(ValueError):
        float(word)
        return False
    return bool(NAME.fullmatch(word))


def _meanings(word: str) -> Sequence[str]:
    """Return all exact names that a word may stand for."""
    if normal(word) in nicknames() and not _spelled(word, _public(_by_form()[1].get(normal(word), ()))):
        return (nicknames()[normal(word)],)
    return _by_prefix(word)


def _by_prefix(word: str) -> list[str]:
    """Return the exact names whose last part is that of the word, and whose prefix has all words of its prefix."""
    words = re.split("[.:]", word)
    for start in range(len(words)):
        last = ".".join(words[start:])
        found = _called(last, words[:start])
        public = _public(found)
        best = public or found
        if _is_class(last):
            return _spelled(last, best) or best
        if public or (found and (len(words) > 1 or not (_is_plain(last) or normal(last) in no_losses()))):
            return best
    return []


def _is_plain(last: str) -> bool:
    """Return True for a word of letters such as `linear` or `Tweedie`, which need not be the option of a library."""
    stem = re.sub("(?i)[-_ ]?loss$", "", last)
    return stem.isalpha() and (stem.islower() or stem.istitle() or stem.isupper())


def _called(last: str, prefix: Sequence[str]) -> list[str]:
    """Return the exact names with this last part, whose prefix has each word of this prefix.

    A word alone that has no `loss` at its end means rather those that have none either: `L2` is not `l2_loss`.
    """
    typed = {SHORT.get(folded(part), folded(part)) for part in prefix} - ANY_MODULE
    by_fold, by_normal = _by_form()
    if not prefix:
        return (not folded(last).endswith("loss") and by_fold.get(folded(last))) or by_normal.get(normal(last), [])
    heads = [(name, {*map(folded, parts(name)[0])}) for name in by_normal.get(normal(last), [])]
    return [name for name, head in heads if head and typed <= head]


def _public(found: Iterable[str]) -> list[str]:
    """Return the names that users import; an option such as `lightgbm:huber` needs its library beside it."""
    return [name for name in found if ":" not in name and "._" not in name]


def _spelled(last: str, found: Iterable[str]) -> list[str]:
    """Return the names whose last part is spelled exactly so."""
    return [name for name in found if parts(name)[1] == last]


def _is_class(last: str) -> bool:
    """Return True if one of the most used libraries spells a class exactly so: no one types `KLDivLoss` by chance.

    `FocalLoss` is a class of smaller libraries, of several that differ.
    """
    if not CLASS_NAME.match(last):
        return False
    spelled = _public(_spelled(last, _by_form()[1].get(normal(last), ())))
    return any(library(name) in MOST_USED for name in spelled)


@cache
def _by_form() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return all exact names by their folded last part, and by the normal form of it."""
    by_fold: dict[str, list[str]] = {}
    by_normal: dict[str, list[str]] = {}
    for name in (*names(), *rows()):
        last = parts(name)[1]
        by_fold.setdefault(folded(last), []).append(name)
        by_normal.setdefault(normal(last), []).append(name)
    return by_fold, by_normal


@cache
def nicknames() -> dict[str, str]:
    """Return the loss of each nickname in its normal form, of the losses that are there."""
    found = {normal(nick): loss for loss, nicks in NICKNAMES.items() if loss in catalogue() for nick in nicks.split()}
    return {form: loss for form, loss in found.items() if form not in set(map(normal, names()))}


@cache
def no_losses() -> dict[str, str]:
    """Return why a name is no loss of one example, by its normal form."""
    return {normal(name): reason for named, reason in NO_LOSS.items() for name in named.split()}


@cache
def _ambiguous() -> dict[str, tuple[str, ...]]:
    """Return the names that a word may mean, by its folded form."""
    return {folded(word): meant for words, meant in AMBIGUOUS.items() for word in words.split()}


def _rank(name: str) -> int:
    order = list(dict.fromkeys((*MOST_USED, *LIBRARIES)))
    return order.index("" if name in names() else library(name))


def _curve(name: str) -> list[Any]:
    """Return what makes the curve of a name with its defaults: equal for names that mean the same."""
    found = meaning(name)
    named = {item.name: item.default for item in found.parameters}
    loss, own = found.loss.name, dict(found.canonical(named))
    if loss in REDUCED and own == REDUCED[loss][0]:
        loss, own = REDUCED[loss][1], {}
    rest = [value for column, value in found._asdict().items() if column not in SPELLED]
    return [loss, own, _targets(found, named), *rest]


def _targets(found: Spelling, named: dict[str, Value]) -> object:
    """Return how a name changes targets with these parameters; None if it takes the loss's own unchanged."""
    if found.targets is None:
        return None
    kind: Any = found.loss.reads(found.canonical(named))
    own = kind.values if isinstance(kind, Label) else (0.0, 0.5, 1.0)
    reads: Any = found.reads(named)
    kept = all(target in reads and found.canonical_target(target, named) == target for target in own)
    return None if kept else found.targets


def _nearest(word: str, group: list[str]) -> str:
    """Return the name of one curve that a word is nearest to.

    That is the catalogue's, unless a library spells the word so and reads other parameters, switches or targets.
    """
    spelled = _spelled(re.split("[.:]", word)[-1], group)
    own = [name for name in group if name in names()]
    if not own or (spelled and CLASS_NAME.match(word)):
        return (spelled or group)[0]
    known = {(item.name, item.default) for item in meaning(own[0]).parameters}
    for other in map(meaning, spelled[:1]):
        if other.targets or other.switches or not {(item.name, item.default) for item in other.parameters} <= known:
            return other.name
    return own[0]


def usual_spellings(beginning: str) -> Iterator[tuple[str, str]]:
    """Yield (name, exact name) of the usual spellings with this beginning that mean one curve, for the TAB key."""
    typed = [nick for nicks in NICKNAMES.values() for nick in nicks.split()]
    for name in rows():
        head, last = (name.removesuffix(parts(name)[1]), parts(name)[1])
        typed += [last, f"{TYPED_PREFIXES.get(head, head)}{last}"]
    for word in dict.fromkeys(word for word in typed if word.startswith(beginning)):
        meant = forgiven(word)
        if meant:
            yield word, meant
