"""What is said to the user when something is wrong: always one line, and the exit code that goes with it."""


class LossplotError(Exception):
    """The work failed: a file could not be written, an extra is missing."""

    exit_code = 1


class UsageError(LossplotError):
    """The words were wrong: `what was said; what is allowed`."""

    exit_code = 2
