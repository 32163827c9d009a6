"""Finds and loads the code that a word names, and lays what goes wrong in it at the door of its line."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.errors import LossplotError, OwnCodeError, UsageError, one_line, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, ModuleType

_LOADED: dict[tuple[Path, int], ModuleType] = {}  # by path and time of the last change


class _Afresh(SourceFileLoader):
    """Reads a file as it is now. Compiled code that is kept misses a change of the same size in the same second."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


class Place(NamedTuple):
    """Where code is: its file, as it is and as it is shown, the folder of its imports, and its first line."""

    file: str
    shown: str
    folder: str
    line: int = 1


def load(word: str) -> tuple[Any, Place]:
    """Return the object that `FILE.py:NAME` or `package.module:NAME` names, and the place of its module.

    Raises UsageError if there is no such file, module or name, and OwnCodeError if the import fails.
    """
    # TensorFlow logs ways of calling that are tried and fail; it reads this when it is imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    head, _, name = word.rpartition(":")
    if head.endswith(".py"):
        module, place = _from_file(head)
    else:
        module, place = _from_module(head)
    return _attribute(module, head, name), place


def place_of(function: Any, folder: str = "") -> Place:
    """Return the place of a function, a class or the class of an object; of none, where it is not known."""
    found = inspect.unwrap(function)
    found = found if inspect.isroutine(found) or inspect.isclass(found) else type(found)
    try:
        file, line = inspect.getsourcefile(found) or "", inspect.getsourcelines(found)[1]
    except (OSError, TypeError):
        return Place("", "", folder)
    return Place(file, _relative(file), folder, max(line, 1))


@contextmanager
def running(place: Place) -> Iterator[None]:
    """Run code: its imports find its folder, and what it prints goes to stderr, as stdout may carry a figure."""
    sys.path.insert(0, place.folder)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        if place.folder in sys.path:  # the code may have changed it
            sys.path.remove(place.folder)


def blame(error: BaseException, place: Place, doing: str) -> OwnCodeError:
    """Return what to raise of an error of code: it names the line, what was raised, and what was being done."""
    first = str(error).strip().partition("\n\n")[0]  # libraries go on with paragraphs of advice
    said = f": {one_line(first)}" if first else ""
    return OwnCodeError(f"{_where(error, place)}{type(error).__name__}{said}; {doing}")


@contextmanager
def blamed(place: Place, doing: str) -> Iterator[None]:
    """Run code, and raise OwnCodeError for what it raises; a program that ends there is an error like others."""
    try:
        with running(place):
            yield
    except LossplotError:
        raise
    except (Exception, SystemExit) as error:
        raise blame(error, place, doing) from error


def _where(error: BaseException, place: Place) -> str:
    """Return the file and the line where an error came up: in the code's file, else in its folder, else its start."""
    if isinstance(error, SyntaxError) and error.filename == place.file:
        return f"{place.shown}:{error.lineno}: "
    frames, trace = [], error.__traceback__
    while trace:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    in_file = [line for file, line in frames if file == place.file]
    near = [(file, line) for file, line in frames if place.folder and Path(file).is_relative_to(place.folder)]
    if in_file or not near or place.line > 1:
        return f"{place.shown}:{[place.line, *in_file][-1]}: " if place.shown else ""
    return f"{_relative(near[-1][0])}:{near[-1][1]}: "


def _from_file(name: str) -> tuple[ModuleType, Place]:
    path = Path(name).expanduser()
    try:
        path = path.resolve(strict=True)
        path.read_bytes()
        key = path, path.stat().st_mtime_ns
    except OSError as error:
        raise unreadable(name, error, "FILE.py:NAME names a function or a class in a file of Python code") from None
    place = Place(str(path), name, str(path.parent))
    if key not in _LOADED:
        # A name of its own: a file called torch.py must not stand in for PyTorch.
        name_here = f"own code {path.stem}"
        spec = importlib.util.spec_from_file_location(name_here, path, loader=_Afresh(name_here, str(path)))
        assert spec  # noqa: S101 - every name that ends in .py has a loader
        assert spec.loader  # noqa: S101 - a spec from a location has one
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # where dataclasses and get_type_hints look for it
        with blamed(place, f"importing {name}"):
            spec.loader.exec_module(module)
        _LOADED[key] = module
    return _LOADED[key], place


def _from_module(name: str) -> tuple[ModuleType, Place]:
    place = Place("", name, str(Path.cwd()))
    try:
        with blamed(place, f"importing {name}"):
            module = importlib.import_module(name)
    except OwnCodeError as error:
        missing = getattr(error.__cause__, "name", None)
        if isinstance(error.__cause__, ModuleNotFoundError) and f"{name}.".startswith(f"{missing}."):
            raise UsageError(f"there is no module {missing}; it is looked for in this folder and in sys.path") from None
        raise
    file = getattr(module, "__file__", None) or ""
    return module, place._replace(file=file, shown=_relative(file) or name)


def _relative(file: str) -> str:
    """Return a file as one would type it here."""
    return os.path.relpath(file) if file and Path(file).is_relative_to(Path.cwd()) else file


def _attribute(module: ModuleType, head: str, name: str) -> Any:
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            names = _callables(module)
            near = get_close_matches(name, names, 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            has = f"it has {', '.join(names)}" if names else "it has no function or class"
            raise UsageError(f"{head} has no {name or 'loss without a name'}; {has}{hint}")
        owner, found = found, getattr(found, part)
        if inspect.isclass(owner) and inspect.isfunction(inspect.getattr_static(owner, part)):
            raise UsageError(
                f"{head}:{name} is a method; name one of an object, made in the module by x = {owner.__name__}()"
            )
    if not callable(found):
        raise UsageError(f"{head}:{name} is of type {type(found).__name__}; a loss is a function, a class or callable")
    return found


def _callables(module: ModuleType) -> list[str]:
    """Return the public functions, classes and callable objects that are a module's own."""
    own = [(key, item) for key, item in vars(module).items() if not key.startswith("_") and callable(item)]
    return [key for key, item in own if getattr(item, "__module__", module.__name__) == module.__name__]
