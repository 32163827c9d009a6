"""Compare texts with numbers in them up to 8 ulp: NumPy's results differ in the last bits between machines."""

import re

import numpy as np

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def same_numbers(first, second):
    """Assert that two texts are equal apart from differences of at most 8 ulp in their numbers."""
    assert NUMBER.sub("#", first) == NUMBER.sub("#", second)
    ours, theirs = (np.array(NUMBER.findall(text), dtype=float) for text in (first, second))
    np.testing.assert_array_max_ulp(ours, theirs, maxulp=8)
