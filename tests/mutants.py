"""Mutation testing of the losses: change them in many small ways and check that a test fails each time.

Run `python tests/mutants.py [MODULE[:LOSS,...]...]`: whole modules, or the blocks of some losses of one, where `-` is
all that stands outside the blocks. Cosmic Ray (the extra `mutation`) makes the mutants by changing an operator,
a number or a condition. Each mutant is tested in a fork of one pytest process that has collected the tests and caches
the oracle's answers. So a mutant takes about a third of a second, and the whole folder losses/ about an hour on two
cores. The script prints the mutants that no test notices, except those that equivalent_mutants.txt lists with the
reason why they change no result.
"""

import ast
import gc
import os
import re
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FunctionType, ModuleType

import cosmic_ray.plugins
import pytest
from _pytest.runner import runtestprotocol
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

HERE = Path(__file__).parent
LOSSES = HERE.parent / "losscli" / "losses"
TESTS = ["losses", "cli/test_bad_input.py"]
# Operators that floats do not have: such a mutant always fails at once.
UNDEFINED_FOR_FLOATS = re.compile("_(Add|Sub|Mul|Div|FloorDiv|Mod|Pow)_(BitOr|BitAnd|BitXor|LShift|RShift)$")
MAX_CPU_SECONDS = 120  # a mutant may loop forever
SURVIVED, KILLED, KNOWN = 0, 1, 2  # KNOWN: listed in equivalent_mutants.txt


class Mutant:
    """One change of one module."""

    def __init__(self, module, operator, occurrence, line, loss):
        self.module, self.operator, self.occurrence = module, operator, occurrence
        self.line = line
        self.loss = loss  # the name of the loss that it changes; None: it is outside the losses

    def source(self):
        """Return the source of the changed module."""
        plain = source(self.module)
        return mutate_code(plain, self.operator, self.occurrence) if self.operator else plain

    def __str__(self):
        """Return the changed line, without its comment."""
        before, after = source(self.module).splitlines(), self.source().splitlines()
        changed = next((new for old, new in zip(before, after, strict=False) if old != new), "nothing")
        return f"{self.module} | {changed.partition('  # ')[0].strip()}"


def source(module):
    return (LOSSES / f"{module}.py").read_text()


def users(module):
    """Return the modules that import from a module, which mostly are its helpers."""
    wanted = re.compile(rf"^from losscli\.losses(\.{module} import| import {module}$)", re.MULTILINE)
    return [path.stem for path in LOSSES.glob("[!_]*.py") if wanted.search(path.read_text())]


def mutants(part):
    """Yield the mutants of a module, or of some of its blocks, without those that always fail."""
    module, _, chosen = part.partition(":")
    blocks_wanted = chosen.split(",") if chosen else []
    names = [name for name in cosmic_ray.plugins.operator_names() if not UNDEFINED_FOR_FLOATS.search(name)]
    operators = [cosmic_ray.plugins.get_operator(name) for name in names]
    nodes = list(ast_nodes(get_ast(source(module))))
    losses = {line: name for first, last, name in blocks(module) for line in range(first, last + 1)}
    for operator in (one() for one in operators if not one.arguments()):
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, ((line, _), _) in enumerate(places):
            if not chosen or losses.get(line, "-") in blocks_wanted:
                yield Mutant(module, operator, occurrence, line, losses.get(line))


def blocks(module):
    """Yield (first line, last line, name) of each loss in a module."""
    for node in ast.parse(source(module)).body:
        marks = [item for item in getattr(node, "decorator_list", []) if isinstance(item, ast.Call)]
        if any(getattr(mark.func, "id", "") == "loss" for mark in marks):
            yield marks[0].lineno, node.end_lineno, node.name.replace("_", "-")


def install(mutant):
    """Run the changed source, and change the existing losses and functions in place: the tests refer to them."""
    from losscli import losses
    from losscli.model import loss as model

    module = sys.modules[f"losscli.losses.{mutant.module}"]
    fresh = ModuleType(module.__name__)
    sys.modules[module.__name__] = fresh  # get_type_hints looks the types of parameters up here
    exec(compile(mutant.source(), module.__file__, "exec"), fresh.__dict__)
    for name, new in list(vars(fresh).items()):
        old = vars(module).get(name)
        if old is new:
            continue
        if isinstance(new, model.Loss | model.Family) and type(old) is type(new):
            vars(old).clear()
            vars(old).update(vars(new))
        elif isinstance(new, FunctionType) and isinstance(old, FunctionType):
            old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        else:
            for place in [module, *(sys.modules[f"losscli.losses.{user}"] for user in users(mutant.module))]:
                if vars(place).get(name) is old:
                    setattr(place, name, new)
    losses.catalogue.cache_clear()
    losses.names.cache_clear()


def tested_losses(item):
    """Return the names of the losses in the parameters of a test, or an empty set if there are none."""
    from losscli.losses import catalogue
    from losscli.model.curve import Curve
    from losscli.model.loss import Loss

    def named(value):
        if isinstance(value, tuple | list):
            return {name for part in value for name in named(part)}
        if isinstance(value, Loss | Curve):
            return {getattr(value, "loss", value).name}
        return set(value.split()) & set(catalogue()) if isinstance(value, str) else set()

    return named(tuple(item.callspec.params.values())) if hasattr(item, "callspec") else set()


def passes(item):
    return all(report.outcome != "failed" for report in runtestprotocol(item, log=False))


def cached(function, key):
    """Return a function that caches the results and the errors of another by a key of the arguments."""
    known = {}

    def remembered(*arguments):
        at = key(*arguments)
        if at not in known:
            try:
                known[at] = function(*arguments), None
            except (ValueError, ZeroDivisionError) as error:
                known[at] = None, error
        found, error = known[at]
        if error:
            raise error
        return found

    return remembered


def cache_oracle():
    """Cache the answers of the oracle."""
    import mpmath
    import oracle
    import test_multiclass

    oracle.exact = cached(
        oracle.exact, lambda formula, argument, variables: (repr(formula), argument, *sorted(variables.items()))
    )
    test_multiclass.exact = cached(
        test_multiclass.exact, lambda curve, *given: (curve.loss.name, repr(given), mpmath.mp.prec)
    )


class Trial:
    """The pytest plugin that tests every mutant instead of running the tests once."""

    def __init__(self, parts):
        self.parts = parts
        self.running = {}
        self.found = Counter()
        self.known = {line.partition("  # ")[0] for line in (HERE / "equivalent_mutants.txt").read_text().splitlines()}

    def pytest_runtestloop(self, session):
        cache_oracle()
        self.items = [(item, tested_losses(item)) for item in session.items]
        failing = [item.nodeid for item, _ in self.items if not passes(item)]  # this also fills the oracle's cache
        gc.freeze()
        modules = dict.fromkeys(part.partition(":")[0] for part in self.parts)
        self.test_all(Mutant(module, None, 0, 0, None) for module in modules)
        if failing or self.found[KILLED]:
            raise RuntimeError(f"these tests fail without any change of the losses: {failing or 'some'}")
        self.found.clear()
        self.test_all(mutant for part in self.parts for mutant in mutants(part))
        count, survived, known = self.found.total(), self.found[SURVIVED], self.found[KNOWN]
        print(
            f"{count} mutants, {count - survived - known} killed, {known} known to change nothing, {survived} survived"
        )
        session.testsfailed = survived
        return True

    def test_all(self, mutants):
        """Test mutants, as many at a time as there are processors."""
        for mutant in mutants:
            if len(self.running) == os.cpu_count():
                self.collect()
            self.start(mutant)
        while self.running:
            self.collect()

    def start(self, mutant):
        """Fork a process that tests a mutant; its exit code is SURVIVED or KILLED."""
        child = os.fork()
        if child:
            self.running[child] = mutant
            return
        signal.setitimer(signal.ITIMER_PROF, MAX_CPU_SECONDS)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            install(mutant)
            losses = {mutant.loss} if mutant.loss else self.losses(mutant.module)
            # Tests of the loss first: they notice most mutants, and the others take longer.
            chosen = [item for item, names in self.items if names & losses]
            chosen += [item for item, names in self.items if not names]
            os._exit(SURVIVED if all(passes(item) for item in chosen) else KILLED)
        finally:
            os._exit(KILLED)

    def losses(self, module):
        """Return the names of the losses in a module and in those that use its helpers."""
        return {name for part in (module, *users(module)) for _, _, name in blocks(part)}

    def collect(self):
        """Wait until one process ends, and count its result."""
        child, status = os.wait()
        mutant = self.running.pop(child)
        survived = status == 0
        known = survived and str(mutant) in self.known
        self.found[KNOWN if known else SURVIVED if survived else KILLED] += 1
        if survived and mutant.operator and not known:
            print(f"{mutant}  # line {mutant.line}", flush=True)


if __name__ == "__main__":
    parts = sys.argv[1:] or [path.stem for path in sorted(LOSSES.glob("[!_]*.py"))]
    sys.path[:0] = [str(HERE), str(HERE / "losses")]
    words = [
        "-p",
        "no:xdist",
        "-p",
        "no:terminal",
        "-p",
        "no:cacheprovider",
        "-s",
        *(str(HERE / name) for name in TESTS),
    ]
    sys.exit(pytest.main(words, plugins=[Trial(parts)]))
