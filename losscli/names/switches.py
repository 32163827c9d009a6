"""Parameters and switches of libraries that a name here does not have: which name and words give the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.names.frameworks import parameter_hint

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.model.spelling import Spelling

OF_LABEL_1 = (
    "its factor multiplies the numbers of one example; for label 1 alone say weighted-cross-entropy --pos-weight"
)
OF_THE_CLASS = "of a target of one class it is a factor: multiply the numbers by the weight of that class"
STIRLING = (
    "Stirling's approximation of log y! depends on the target alone; of the mean, xgboost:poisson-nloglik adds log y!"
)
BY_LOGARITHM = "poisson-nll-log reads the log of the mean, poisson-nll the mean itself"
DISTANCES = "the distances are given here, as you measure them"

# By parameter, what is said of it for a loss; "" is for any other loss that no other hint is found for.
SWITCHES: dict[str, dict[str, str]] = {
    "reduction": {"": "one example has no reduction, and its numbers are those of reduction none"},
    "weight": {
        "cross-entropy": OF_LABEL_1,
        "sigmoid-cross-entropy": OF_LABEL_1,
        "weighted-cross-entropy": "its factor multiplies the numbers of one example; --pos-weight is for label 1 alone",
        "sparse-softmax-cross-entropy": OF_THE_CLASS,
        "softmax-cross-entropy": OF_THE_CLASS,
        "nll": OF_THE_CLASS,
        "weston-watkins": OF_THE_CLASS,
        "multilabel-soft-margin": "it multiplies the term of each class, which is sigmoid-cross-entropy divided by K",
        "": "of one example it is a factor: multiply the numbers by it",
    },
    "full": {
        "poisson-nll-log": STIRLING,
        "poisson-nll": STIRLING,
        "gaussian-nll": "catboost:RMSEWithUncertainty adds log(2 pi) / 2, as full does",
    },
    "log_input": {"poisson-nll-log": BY_LOGARITHM, "poisson-nll": BY_LOGARITHM},
    "log_target": {"relative-entropy": "a target is a probability here: give e^t for its logarithm t"},
    "from_logits": {
        "cross-entropy": "sigmoid-cross-entropy is the same loss of a logit",
        "sigmoid-cross-entropy": "it reads a logit; cross-entropy is the same loss of a probability",
        "weighted-cross-entropy": "it reads a logit; cross-entropy is the same loss of a probability",
        "focal": "focal reads a logit",
        "softmax-cross-entropy": "softmax-cross-entropy reads logits",
        "sparse-softmax-cross-entropy": "sparse-softmax-cross-entropy reads logits",
        "categorical-cross-entropy": "softmax-cross-entropy is the same loss of logits",
        "sparse-categorical-cross-entropy": "sparse-softmax-cross-entropy is the same loss of logits",
        "": "only a loss of a probability could read its logit instead",
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
    "reduce": "reduction",
    "normalize": "reduction",
    "sample_weight": "weight",
    "class_weight": "weight",
    "weights": "weight",
    "compute_full_loss": "full",
    "dim": "axis",
}


def missing_parameter(spelling: Spelling, parameter: str, spelled: Callable[[str], str] = str) -> str:
    """Return a hint for a parameter that a name lacks, such as `l1 has none; `, or an empty string.

    `spelled` turns the name of a parameter into what the user types for it, such as an option.
    """
    switch = parameter.removeprefix("no_")
    said = SWITCHES.get(SAME.get(switch, switch), {})
    own = said.get(spelling.loss.name, "")
    hint = "" if own else parameter_hint(spelling, parameter, spelled)
    general = own or said.get("", "")
    return hint or (f"{general}; " if general else "")
