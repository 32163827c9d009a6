"""Suggests names for a misspelled loss."""

from __future__ import annotations

import re
from difflib import get_close_matches

from losscli.losses import names
from losscli.names.find import AMBIGUOUS

MAX_SUGGESTIONS = 3


def unknown_loss(word: str) -> str:
    """Return an error message for a word that is no loss, with the names that come near it."""
    from losscli.names.frameworks import REFUSED

    if word in AMBIGUOUS:
        return f"'{word}' is said of {' and of '.join(AMBIGUOUS[word])}; name the one you mean"
    if word in REFUSED:
        return f"{word} is none of the losses here: {REFUSED[word]}"
    return f"no loss is called '{word}'; {_advice(word)}"


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
    """Return the names that differ in case or hyphens only, or else continue the word, or end in it, or resemble it."""
    from losscli.names.frameworks import rows

    wanted = word.lower().replace("_", "-")
    by_key = {name.lower().replace("_", "-"): name for name in (*rows(), *names())}
    equal = [name for key, name in by_key.items() if key.replace("-", "") == wanted.replace("-", "")]
    if equal:
        return equal[-1:]
    last = re.split("[.:]", wanted)[-1]
    longer = [name for name in names() if name.startswith(f"{wanted}-")]
    in_libraries = [name for key, name in by_key.items() if re.split("[.:]", key)[-1] == last]
    close = [by_key[key] for key in get_close_matches(wanted, by_key, n=MAX_SUGGESTIONS, cutoff=0.5)]
    return ([*longer, *in_libraries] or close)[:MAX_SUGGESTIONS]
