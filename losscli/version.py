"""The version of this package, for `--version` and for the words inside figures."""

__version__ = "0.2.0"
