"""Draw and evaluate the loss functions of machine learning.

losscli.plot("huber --delta 1") is a Matplotlib figure, losscli.evaluate("huber", prediction, target, delta=1) is value,
gradient and Hessian, losscli.check(my_huber, "huber", delta=1) holds a function of yours against it. What they need is
imported when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from losscli.errors import LossplotError, UsageError
from losscli.version import __version__

if TYPE_CHECKING:
    from losscli.api import Evaluation, check, evaluate, plot, summarize

__all__ = ["Evaluation", "LossplotError", "UsageError", "__version__", "check", "evaluate", "plot", "summarize"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from losscli import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return [*{*globals(), *__all__}]
