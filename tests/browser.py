"""A headless Chromium, driven through its DevTools protocol over a pipe: real keys and a real pointer, no server."""

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from contextlib import contextmanager

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1000,900",
    "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 60  # seconds for one answer
FREE = 10  # handles from here on are not the 0 to 4 that the browser is to have


class Page:
    """The one open page of a browser."""

    def __init__(self, read, write):
        self.read, self.write = read, write
        self.last, self.rest, self.session, self.target = 0, b"", None, None
        self.events = []

    def call(self, method, **parameters):
        """Call a method of the protocol and return its result."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        return self.until(lambda answer: answer.get("id") == self.last)["result"]

    def until(self, wanted):
        """Read messages up to the one that is wanted; keep the events that come before."""
        end = time.monotonic() + PATIENCE
        while True:
            while b"\0" in self.rest:
                first, _, self.rest = self.rest.partition(b"\0")
                message = json.loads(first)
                self.events.append(message)
                assert "error" not in message, message
                if wanted(message):
                    return message
            assert select.select([self.read], [], [], max(0, end - time.monotonic()))[0], "the browser does not answer"
            data = os.read(self.read, 2**20)
            assert data, "the browser has gone"
            self.rest += data

    def open(self, path):
        """Open a file in place of the one that is open, and wait until it is there."""
        last, self.session = self.target, None
        self.target = self.call("Target.createTarget", url="about:blank")["targetId"]
        if last:
            self.call("Target.closeTarget", targetId=last)
        self.events.clear()
        self.session = self.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Network", "Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=path.as_uri())
        self.until(lambda message: message.get("method") == "Page.loadEventFired")

    def value(self, expression):
        """Return what a JavaScript expression gives, waiting for it if it is a promise."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key, code):
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def point(self, x, y, *, click=False):
        """Move the pointer, and perhaps click."""
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased") if click else ():
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def named(self, method):
        """Return what came with every event of this kind."""
        return [event["params"] for event in self.events if event.get("method") == method]


@contextmanager
def started(profile):
    """Start a browser."""
    ours, theirs = os.pipe(), os.pipe()
    give = fcntl.fcntl(ours[0], fcntl.F_DUPFD, FREE), fcntl.fcntl(theirs[1], fcntl.F_DUPFD, FREE)
    # The browser reads handle 3 and writes handle 4.
    words = ["bash", "-c", f'exec "$0" "$@" 3<&{give[0]} 4>&{give[1]}', CHROMIUM, *FLAGS, f"--user-data-dir={profile}"]
    process = subprocess.Popen(words, pass_fds=give, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for handle in (ours[0], theirs[1], *give):
        os.close(handle)
    page = Page(theirs[0], ours[1])
    try:
        yield page
    finally:
        page.session = None
        page.call("Browser.close")
        process.wait(PATIENCE)
        os.close(theirs[0])
        os.close(ours[1])
