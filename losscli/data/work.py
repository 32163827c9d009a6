"""Runs a pass over all blocks, here or on many workers, and merges the parts in the order of the blocks."""

from __future__ import annotations

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
    from collections.abc import Callable, Iterator, Sequence

    from losscli.data.tables import Block

AHEAD = 3  # blocks for each worker that are handed out before the first is done: few parts wait to be merged
WAIT = 10  # seconds for a scheduler to answer


class Part(Protocol):
    """What a pass finds in some blocks."""

    def merge(self, other: Any) -> None:
        """Add what was found in later blocks."""


P = TypeVar("P", bound=Part)


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
    for done, part in enumerate(_parts(task, blocks, workers), start=1):
        if merged is None:
            merged = part
        else:
            merged.merge(part)
        if progress:
            progress(done, len(blocks))
    return merged


def _parts(task: Callable[[Block], P], blocks: Sequence[Block], workers: Workers) -> Iterator[P]:
    """Yield the part of each block, in order."""
    if workers.executor is None:
        yield from map(task, blocks)
        return
    waiting: deque[Any] = deque()
    rest = iter(blocks)
    try:
        for block in islice(rest, AHEAD * workers.number):
            waiting.append(_submitted(workers.executor, task, block))
        while waiting:
            part = waiting.popleft().result()
            for block in islice(rest, 1):
                waiting.append(workers.executor.submit(task, block))
            yield part
    except workers.failures as error:
        raise LossplotError(f"{workers.lost}: {one_line(error) or type(error).__name__}") from None
    finally:
        for future in waiting:
            future.cancel()


def _submitted(executor: Executor, task: Any, block: Block) -> Any:
    """Hand out a block. The first may fork processes, which Python warns of: NumPy's threads are at rest then."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return executor.submit(task, block)


@contextmanager
def processes(jobs: int) -> Iterator[Workers]:
    """Provide so many processes of this machine; one job is this process."""
    if jobs == 1:
        yield Workers()
        return
    import multiprocessing

    # A fork starts with everything imported. It is only for a process without other threads, which could hold locks.
    fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if fork else "spawn")
    executor = ProcessPoolExecutor(jobs, context)
    try:
        yield Workers(executor, jobs, (BrokenExecutor,), "a worker process was ended; fewer jobs need less memory")
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
