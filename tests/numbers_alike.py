"""Texts with numbers in them, compared up to the last bits: NumPy's kernels are not the same on every machine."""

import re

import numpy as np

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def same_numbers(first, second):
    assert NUMBER.sub("#", first) == NUMBER.sub("#", second)
    ours, theirs = (np.array(NUMBER.findall(text), dtype=float) for text in (first, second))
    np.testing.assert_array_max_ulp(ours, theirs, maxulp=8)
