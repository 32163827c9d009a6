"""Says what to type instead of a word that is no loss: what it may mean, why it is none, or a name like it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.losses import names
from losscli.names.find import find

if TYPE_CHECKING:
    from losscli.model.spelling import Spelling

MAX_SUGGESTIONS = 3
SIMILARITY = 0.87  # difflib's ratio above which a word is taken for a slip of the keys: a letter in five may be wrong


def named(word: str) -> Spelling:
    """Return what a name of a loss means. Raise UsageError, with what it may mean, if no loss is called so."""
    found = find(word)
    if found is None:
        raise UsageError(unknown_loss(word))
    return found


def unknown_loss(word: str) -> str:
    """Return an error message for a word that is no loss, with what it may mean."""
    from losscli.names.forgiven import candidates

    found = candidates(word)
    if found:
        said = " and of ".join(_described(name, found) for name in found)
        return f"'{word}' is said of {said}; name the one you mean"
    reason = _reason(word)
    if reason:
        return f"{word} is none of the losses here: {reason}"
    return f"no loss is called '{word}'; {_advice(word)}"


def _described(name: str, others: tuple[str, ...]) -> str:
    """Return a name with what differs from the others that are meant by the same word."""
    from losscli.names.exact import meaning
    from losscli.names.frameworks import convention_notes, rows

    loss = meaning(name).loss
    differs = [loss.name] if name != loss.name else []
    if len({meaning(other).loss.family.reads for other in others}) > 1:
        differs.append(f"of {loss.family.reads}")
    notes = convention_notes(rows()[name]) if name in rows() else ""
    words = "; ".join(part for part in (" ".join(differs), notes) if part)
    return f"{name} ({words})" if words else name


def _reason(word: str) -> str:
    """Return why a word that people type names no loss of one example, or an empty string."""
    from losscli.names.forgiven import no_losses, normal, parts
    from losscli.names.frameworks import REFUSED

    if word in REFUSED:
        return REFUSED[word]
    last = normal(re.split("[.:]", word)[-1])
    refused = {normal(parts(name)[1]): reason for name, reason in REFUSED.items() if ":" not in name}
    known = refused | no_losses()
    if "+" in word and last not in known:
        return "it is a sum of losses; draw each as a curve of its own"
    return known.get(last, "")


def _advice(word: str) -> str:
    """Return what to type instead of a word that is no loss."""
    if re.fullmatch(r"[-+.,:\d]+", word):
        return "for another value of an option say the option again, and join logits: 1,2,3"
    if re.fullmatch(r"\w+=\S*", word):
        return f"a parameter is said as --{word.replace('_', '-').replace('=', ' ')}"
    if word == "lossplot":
        return "that is this program, and losses are named behind it; leave it out"
    similar = [f"--{word}"] if word in ("help", "version") else _similar_names(word)
    hint = f"did you mean {' or '.join(similar)}? " if similar else ""
    return f"{hint}lossplot list shows them all"


def _similar_names(word: str) -> list[str]:
    """Return the names that the last part of a word means or, if none, that continue it or that it is a slip for."""
    from losscli.names.forgiven import candidates, folded, normal, parts
    from losscli.names.frameworks import rows
    from losscli.names.nicknames import NICKNAMES

    last = re.sub(r"[^\w -]", "", re.split("[.:]", re.sub(r"\(.*\)", "", word))[-1])
    meant = (last,) if last in names() else candidates(last) if last != word else ()
    if meant:
        return list(meant)[:MAX_SUGGESTIONS]  # of another library, or of none
    if normal(word) in (normal(nick) for nicks in NICKNAMES.values() for nick in nicks.split()):
        return []  # it means a loss that is not here, whatever other name it resembles
    beginning = re.sub("[-_ ]+", "-", re.sub("[-_ ]?loss$", "", word.lower()))
    longer = [name for name in names() if name.startswith(f"{beginning}-")]
    ends = {name: [*map(folded, parts(name)[0][-1:]), folded(re.split("[.:]", name)[-1])] for name in rows()}
    in_libraries = [name for name, own in ends.items() if folded(last) in own or normal(last) == normal(own[-1])]
    in_libraries.sort(key=lambda name: folded(last) not in ends[name])  # with a last `loss` less or more: after those
    return [*longer, *in_libraries][:MAX_SUGGESTIONS] or _slips(word)


def _slips(word: str) -> list[str]:
    """Return the names that a word is a slip of the keys for: its first letter is right, and most others are."""
    from losscli.names.forgiven import folded
    from losscli.names.frameworks import rows

    form = folded(word)
    by_form = {folded(name): name for name in (*rows(), *names()) if folded(name)[0] == form[:1]}
    return [by_form[near] for near in get_close_matches(form, by_form, n=MAX_SUGGESTIONS, cutoff=SIMILARITY)]
