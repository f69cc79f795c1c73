"""A load tool, wrk: eight connections that each send one request after another."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.ensure_tools import install

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """One request. ``bodies`` are sent in turn, in a lane of its own for each connection; none: a GET."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    lanes: Sequence[tuple[str, Sequence[str]]] = ()
    """For each connection where it sends to, and which bodies in turn."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What came of it."""

    requests: int
    seconds: float
    slowest_of_hundred: float
    """Milliseconds that all but one in a hundred take at most."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


_SCRIPT = """
local lanes = %(lanes)s
local count = 0
function setup(thread)
  thread:set("lane", count %% #lanes + 1)
  count = count + 1
end
function init(args)
  wrk.headers = %(headers)s
  made, turn = {}, 0
  local path, bodies = lanes[lane][1], lanes[lane][2]
  if #bodies == 0 then made[1] = wrk.format("GET", path) end
  for at, body in ipairs(bodies) do made[at] = wrk.format("POST", path, nil, body) end
end
function request()
  turn = turn %% #made + 1
  return made[turn]
end
function done(summary, latency, requests)
  local e = summary.errors
  print(string.format("RESULT [%%d, %%d, %%d, %%f]", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(99)))
end
"""


def find_wrk() -> str:
    """The program; Debian's is installed where this user may."""
    if shutil.which("wrk") is None:
        install(["wrk"])
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("The load tool is missing. As root: apt-get install wrk")
    return found


def load(url: str, sent: LoadRequest, seconds: float) -> LoadResult:
    """Send it for so many seconds. Every reply must be one of success, a redirect, or 304."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        lanes = sent.lanes or [(sent.path, ())]
        said = ", ".join(f"{{{_text(path)}, {{{', '.join(map(_text, bodies))}}}}}" for path, bodies in lanes)
        headers = ", ".join(f"[{_text(name)}] = {_text(value)}" for name, value in sent.headers.items())
        script.write(_SCRIPT % {"lanes": f"{{{said}}}", "headers": f"{{{headers}}}"})
        script.flush()
        threads = str(len(lanes))
        command = [find_wrk(), "-t", threads, "-c", str(CONNECTIONS), "-d", f"{max(1, round(seconds))}s", "--timeout"]
        done = subprocess.run(
            [*command, "30s", "-s", Path(script.name), url], capture_output=True, text=True, check=False
        )
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    assert line, f"{sent.path}: {done.stdout}{done.stderr}"
    requests, duration, errors, slowest = json.loads(line.removeprefix("RESULT "))
    assert not errors, f"{sent.path}: {errors} of {requests} failed"
    return LoadResult(requests, duration / 1e6, slowest / 1e3)


def _text(value: str) -> str:
    return json.dumps(value)
