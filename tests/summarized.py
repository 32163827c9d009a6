"""What the tests of own predictions share: curves by name, and summaries of them."""

from losscli.data import from_arrays, from_files, summary
from losscli.data.passes import Words
from losscli.names.find import find


def curve(name, **parameters):
    spelling = find(name)
    named = {item.name: parameters.get(item.name, item.default) for item in spelling.parameters}
    return Words(name, (), tuple(named.items())).curve()


def of_arrays(name, targets, predictions, weights=None, **parameters):
    """Summarize one loss of columns in memory."""
    return summary([curve(name, **parameters)], from_arrays(targets, predictions, weights)).losses[0]


def of_files(name, *files, columns=(), weight=None, **options):
    """Summarize one loss of files."""
    curves = [curve(name)]
    return summary(curves, from_files([str(file) for file in files], curves, columns, weight), **options)
