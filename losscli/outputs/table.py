"""Write the sampled curves as numbers, with all digits: csv, json or npz. Matplotlib is not imported."""

from __future__ import annotations

import io
from math import isnan
from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.model.breaks import breaks
from losscli.model.domains import written
from losscli.model.numbers import shown
from losscli.model.points import overflowing
from losscli.outputs.provenance import CSV_HEADER, stamp
from losscli.recipe.reading import domain_of
from losscli.sampling.sample import along
from losscli.version import __version__
from losscli.wording.numbers import dumped, explained, named_values, parameter_names, separated

if TYPE_CHECKING:
    from losscli.drawing.scene import Scene
    from losscli.model.curve import Curve
    from losscli.model.loss import Quantity
    from losscli.sampling.sample import Trace


def render(scene: Scene, form: str) -> bytes:
    """Return the curves as csv, json or npz."""
    return {"csv": _csv, "json": _json, "npz": _npz}[form](scene)


def _traces(scene: Scene) -> list[tuple[str, Curve, Trace]]:
    """Return the identifier of each curve, the curve as a function of one number, and its samples."""
    recipe = scene.recipe
    curves = [along(recipe, curve) for curve in recipe.curves]
    return list(zip(scene.texts.identifiers, curves, scene.sampled.traces, strict=True))


def _csv(scene: Scene) -> bytes:
    """Return a row for each sample; an undefined number is an empty field."""
    shows = scene.recipe.show
    names = parameter_names(scene.recipe.curves)
    lines = [[*CSV_HEADER, *names, "target", "prediction", *shows]]
    for identifier, curve, trace in _traces(scene):
        values = named_values(curve)
        parameters = ["" if values.get(name) is None else shown(values[name]) for name in names]
        fixed = [identifier, curve.loss.name, curve.name, *parameters, written(curve.target)]
        columns = [trace.prediction.tolist(), *(trace.terms[quantity].tolist() for quantity in shows)]
        lines += [[*fixed, *("" if isnan(term) else shown(term) for term in row)] for row in zip(*columns, strict=True)]
    return "".join(separated(lines)).encode()


def _json(scene: Scene) -> bytes:
    """Return an object with a list of curves; an undefined or infinite number is null, and `notes` gives the reason."""
    recipe, texts = scene.recipe, scene.texts
    curves = [_record(scene, identifier, curve, trace) for identifier, curve, trace in _traces(scene)]
    about = {"lossplot": __version__, "words": recipe.words, "description": texts.description}
    return dumped({**about, "axis": texts.xlabel, "curves": curves}).encode()


def _record(scene: Scene, identifier: str, curve: Curve, trace: Trace) -> dict[str, Any]:
    """Return what the JSON file says of one curve."""
    recipe = scene.recipe
    fixed = {"logits": recipe.logits, "vary": recipe.vary} if curve.loss.family.vector else {}
    break_notes = {item.prediction: item.notes for item in breaks(curve)}
    notes: dict[str, str] = {}
    terms: dict[str, Any] = {}
    for quantity in recipe.show:
        term = trace.terms[quantity]
        numbers = term.tolist()
        for index in np.flatnonzero(~np.isfinite(term)).tolist():
            place = float(trace.prediction[index])
            term_name: Quantity = "value" if quantity == "excess" else quantity  # whose infinities and jumps it has
            note = break_notes.get(place, {}).get(term_name)
            notes[f"{quantity}[{index}]"] = note or _reason(curve, place, term_name, numbers[index])
            numbers[index] = None
        terms[quantity] = numbers
    found = {
        "curve": identifier,
        "loss": curve.loss.name,
        "name": curve.name,
        "parameters": named_values(curve),
        "target": curve.target,
        **fixed,
        "prediction": trace.prediction.tolist(),
        **terms,
    }
    return found | ({"notes": notes} if notes else {})


def _reason(curve: Curve, prediction: float, quantity: Quantity, term: float) -> str:
    """Return why there is no finite number where the curve has no break."""
    if prediction not in curve.domain:
        return domain_of(curve)
    return explained(term, too_large=bool(overflowing(curve, prediction, {quantity: term})))


def _npz(scene: Scene) -> bytes:
    """Return the arrays of curve K as prediction_K, value_K, ...; `curves` holds their names, `lossplot` the stamp."""
    arrays: dict[str, Any] = {
        "lossplot": np.array(stamp(scene.recipe)),
        "curves": np.array(scene.texts.identifiers),
    }
    for index, trace in enumerate(scene.sampled.traces):
        arrays[f"prediction_{index}"] = trace.prediction
        arrays |= {f"{quantity}_{index}": trace.terms[quantity] for quantity in scene.recipe.show}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()
