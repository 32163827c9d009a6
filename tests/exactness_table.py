"""Print the worst error of every scalar loss and its place: `python tests/exactness_table.py [--thorough] [LOSS ...]`.

Errors are multiples of the bound in the tests, so at most 1 passes. The bound is 4 ulp for value and gradient and a
relative error of 1e-12 for the Hessian, or the error that rounding the inputs makes if that is larger.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "losses"))

from test_exactness import SCALAR, worst


def main():
    words = sys.argv[1:]
    thorough = "--thorough" in words
    chosen = {word for word in words if not word.startswith("-")}
    print(f"{'loss':30}{'value':>8}{'gradient':>10}{'hessian':>10}  where the value is worst")
    for loss in SCALAR:
        if chosen and loss.name not in chosen:
            continue
        found = worst(loss, thorough=thorough)
        value, gradient, hessian = (over for over, _ in found)
        print(f"{loss.name:30}{value:8.3f}{gradient:10.3f}{hessian:10.3f}  {found[0][1] or 'nowhere off'}", flush=True)


if __name__ == "__main__":
    main()
