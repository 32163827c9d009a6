"""Runs tasks here or on many workers, and keeps their order: parts of a pass over data, the lines of a batch."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from losscli.errors import LossplotError, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from losscli.data.tables import Block

AHEAD = 3  # items for each worker that are handed out before the first is done: few results wait for their turn
MOST_ON_WINDOWS = 61  # processes that Windows can wait for
WAIT = 10  # seconds for a scheduler to answer


class Part(Protocol):
    """What a pass finds in some blocks."""

    def merge(self, other: Any) -> None:
        """Add what was found in later blocks."""


P = TypeVar("P", bound=Part)
Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers(NamedTuple):
    """Who does the work: an executor of so many workers, or None for this process."""

    executor: Executor | None = None
    number: int = 1
    failures: tuple[type[BaseException], ...] = ()  # what the executor raises if the work cannot be done
    lost: str = ""  # what is said then


def reduced(
    task: Callable[[Block], P],
    blocks: Sequence[Block],
    workers: Workers,
    progress: Callable[[int, int], None] | None = None,
) -> P | None:
    """Return the parts of all blocks merged in their order; None if there are no blocks.

    The result is the same for any number of workers: each part is of one block, and the order is that of the blocks.
    Raises LossplotError if the workers are lost.
    """
    merged: P | None = None
    for done, part in enumerate(results(task, blocks, workers), start=1):
        if merged is None:
            merged = part
        else:
            merged.merge(part)
        if progress:
            progress(done, len(blocks))
    return merged


def results(task: Callable[[Item], Result], items: Iterable[Item | None], workers: Workers) -> Iterator[Result | None]:
    """Yield what the task makes of each item, in order. None is no work, and gives None without any worker.

    Items are drawn as they are handed out. Raises LossplotError if the workers are lost. After an error, who gave the
    executor ends what was handed out: a pool whose processes are ended fails if one of its futures was cancelled.
    """
    if workers.executor is None:
        yield from (None if item is None else task(item) for item in items)
        return
    waiting: deque[Any] = deque()
    handed = (None if item is None else workers.executor.submit(task, item) for item in items)
    try:
        waiting.extend(islice(handed, AHEAD * workers.number))
        while waiting:
            future = waiting.popleft()
            result = None if future is None else future.result()
            waiting.extend(islice(handed, 1))
            yield result
    except workers.failures as error:
        raise LossplotError(f"{workers.lost}: {one_line(error) or type(error).__name__}") from None


class Processes(ProcessPoolExecutor):
    """Processes of this machine, which end at once when the work is given up, and when this process is gone."""

    def __init__(self, jobs: int, context: Any) -> None:
        super().__init__(jobs, context, _prepare)

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Any:  # type: ignore[override]  # no task has keywords
        """Hand out work, for which a process may be started."""
        with _held_ctrl_c(), warnings.catch_warnings():
            # Python warns of a fork beside threads. Those of NumPy are at rest.
            warnings.simplefilter("ignore", DeprecationWarning)
            return super().submit(_attempt, fn, *args)

    def give_up(self) -> None:
        """End the processes, whatever they are doing."""
        for process in list(self._processes.values()):
            process.terminate()


@contextmanager
def _held_ctrl_c() -> Iterator[None]:
    """Keep Ctrl-C waiting; a process that is started here never hears it, from its first moment on.

    To ignore it in the meantime would lose one that comes just now. Windows cannot hold it.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare() -> None:
    """Make a new process leave Ctrl-C to the one that started it, and end when it is left alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _attempt(task: Callable[..., Any], *args: Any) -> Any:
    """Do work in a process. One that is told to end cleans up as after Ctrl-C, and does nothing more."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return task(*args)
    except KeyboardInterrupt:
        os._exit(1)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def processes(jobs: int, *, afresh: bool = False) -> Iterator[Workers]:
    """Provide so many processes of this machine; one job is this process.

    A process that is forked starts with everything imported, but with the locks that other threads held, too, for ever.
    Python knows its own threads, and NumPy's rest between two tasks. For work that may load other libraries, each with
    threads of its own, processes start `afresh`, on every system alike.
    """
    if jobs == 1:
        yield Workers()
        return
    import multiprocessing

    fork = sys.platform == "linux" and threading.active_count() == 1 and not afresh
    jobs = min(jobs, MOST_ON_WINDOWS) if sys.platform == "win32" else jobs
    executor = Processes(jobs, multiprocessing.get_context("fork" if fork else "spawn"))
    try:
        yield Workers(executor, jobs, (BrokenExecutor,), "a worker process was ended; fewer jobs need less memory")
    except BaseException:  # Ctrl-C too: nobody wants what is not done yet
        executor.give_up()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _greet(address: str) -> None:
    """Raise LossplotError if no scheduler answers: a Client might wait for ever, and once more to be closed."""
    import asyncio

    from distributed.comm import connect
    from distributed.security import Security

    async def greet() -> None:
        arguments = Security().get_connection_args("client")
        comm = await asyncio.wait_for(connect(address, timeout=WAIT, **arguments), 2 * WAIT)
        comm.abort()

    try:
        asyncio.run(greet())
    except (OSError, ValueError, TimeoutError) as error:
        what = one_line(error) or type(error).__name__
        raise LossplotError(f"{address}: no Dask scheduler answers ({what}); start one: dask scheduler") from None


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """Provide the workers of a Dask cluster. Raise LossplotError if its scheduler does not answer."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise LossplotError("a Dask cluster needs distributed; pip install 'lossplot[cluster]'") from None
    with ThreadPoolExecutor(1) as thread:  # a notebook has an event loop in its own
        thread.submit(_greet, address).result()
    client = Client(address, timeout=WAIT, set_as_default=False)
    try:
        number = sum(client.ncores().values())
        if not number:
            raise LossplotError(f"{address}: the scheduler has no workers; start one: dask worker {address}")
        lost = f"{address}: the work was lost; workers need lossplot of this version, and the files where they are here"
        failures = (KilledWorker, CancelledError, OSError, ImportError, RuntimeError)
        yield Workers(client.get_executor(), number, failures, lost)
    finally:
        with suppress(Exception):
            client.close()
