"""What the explorer's page knows of each loss, ready for its script."""

from __future__ import annotations

import re
from inspect import signature
from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.model.loss import CONVEXITY, QUANTITIES
from losscli.names.exact import exact
from losscli.names.frameworks import library_names
from losscli.outputs.explorer.sliders import sliders, tables
from losscli.outputs.explorer.typeset import typeset
from losscli.recipe.reading import recipe
from losscli.recipe.request import LossWord, Request
from losscli.sampling.sample import sample
from losscli.wording.captions import axis_label
from losscli.wording.formulas import general
from losscli.wording.info import bounded, lowest
from losscli.wording.listing import usual
from losscli.wording.mathematics import Html, written_out

if TYPE_CHECKING:
    from losscli.model.loss import Loss

DEFINITION = re.compile(r"(\S+) = (.+?)(?: where it is none)?")  # of a letter, in the symbols of a loss or a family
DIGITS = 7  # of a sample


def entry(loss: Loss) -> dict[str, Any]:
    """Return all that the page knows of a loss; infinities and NaN stay numbers, which JavaScript knows."""
    curve = usual(loss)
    formula, meanings = general(curve)
    return {
        "name": loss.name,
        "title": loss.title,
        "family": loss.family.name,
        "reads": loss.family.reads,
        "axis": loss.family.label,
        "summary": loss.summary,
        "note": loss.note,
        "aliases": loss.aliases,
        "elsewhere": library_names(loss),
        "formula": [typeset(line) for line in formula],
        "meanings": [written_out(line, Html()) for line in meanings],
        "facts": f"{CONVEXITY[curve.fact('convex')]}; {bounded(curve.fact('lipschitz'))}",
        **(_sampled(loss) if loss.family.vector else _moving(loss)),
    }


def _moving(loss: Loss) -> dict[str, Any]:
    """Return the LaTeX of a loss of one number, its sliders, and the facts that depend on these."""
    found = [
        {**item._asdict(), "symbol": written_out(f"${item.letter}$", Html()) if item.letter else ""}
        for item in sliders(loss)
    ]
    facts = {name: table._asdict() for name, table in tables(loss).items()}
    return {"pieces": loss.pieces, "letters": _letters(loss), "sliders": found, "tables": facts}


def _letters(loss: Loss) -> dict[str, Any]:
    """Return the letters of the prediction and of the target, and the definitions of letters in LaTeX."""
    names = [name if len(name) == 1 else rf"\{name}" for name in signature(loss.formula).parameters]
    prediction, target = names[0], "".join(names[1 : len(names) - len(loss.parameters)])
    definitions = {}
    first, *clauses = loss.family.symbols.split(", ")
    explained = [clause.partition(" the ")[0] for clause in clauses]
    found = DEFINITION.fullmatch(first)
    if found and {*re.findall("[A-Za-z]+", found[2])} <= {*explained}:  # as in: r = f - y, f the ..., y the ...
        definitions[found[1]] = found[2]
        prediction, target = explained
    own = DEFINITION.fullmatch(loss.symbols)
    if own:
        definitions[own[1]] = own[2]
    return {"prediction": prediction, "target": target, "definitions": definitions}


def _sampled(loss: Loss) -> dict[str, Any]:
    """Return samples of a loss of several numbers along the one that its figure varies, at its defaults."""
    spelling = exact(loss.name)
    assert spelling is not None  # noqa: S101 - it is of the catalogue
    figure = recipe(Request((LossWord(spelling, {}),), {"show": QUANTITIES}))
    trace = sample(figure).traces[0]
    rounded = {name: _rounded(term) for name, term in trace.terms.items()}
    floor = (usual(loss).fact("floor").value, lowest(usual(loss)))
    along = axis_label(figure).lower()
    return {"samples": {"prediction": trace.prediction.tolist(), **rounded}, "along": along, "lowest": floor}


def _rounded(values: Any) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in np.asarray(values).tolist()]
