"""What the machine can do at most: gates on bitmaps in the first cache, and reading memory once; measured in C."""

import ctypes
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np

from advisor.engine.evaluation.circuit import circuit_of
from advisor.engine.evaluation.gates import Op
from advisor.engine.model.rules import RuleSet
from tests.benchmarks.speed.timing import seconds

ADDERS = 5.5e11
"""Full adders a second, one bit each, in the notes on the engine: used where there is no C compiler."""

WORDS = 256
TIMES = 20_000

_SOURCE = """
#include <stdint.h>
#define WORDS 256
#define ROW __attribute__((aligned(64)))
static uint64_t a[WORDS] ROW, b[WORDS] ROW, c[WORDS] ROW, s[WORDS] ROW, k[WORDS] ROW;
#define KEEP __asm__ volatile("" ::"r"(a), "r"(b), "r"(c), "r"(s), "r"(k) : "memory")
void adders(int times) {
  for (int n = 0; n < times; n++) {
    for (int i = 0; i < WORDS; i++) {
      uint64_t d = a[i] ^ b[i];
      s[i] = d ^ c[i];
      k[i] = a[i] ^ (d & (a[i] ^ c[i]));
    }
    KEEP;
  }
}
void gates(int times) {
  for (int n = 0; n < times; n++) {
    for (int i = 0; i < WORDS; i++) s[i] = a[i] & b[i];
    KEEP;
  }
}
uint64_t reading(const uint64_t *from, long words) {
  uint64_t all = 0;
  for (long i = 0; i < words; i++) all ^= from[i];
  return all;
}
"""


_FLAGS: tuple[list[str], ...] = (["-march=native", "-falign-loops=64"], ["-mavx2", "-falign-loops=64"], [])
"""Which is the quickest differs between machines, and some compilers know only some."""


class Limits:
    """Bits a second on one core."""

    def __init__(self) -> None:
        self._libraries = [library for flags in _FLAGS if (library := _compile(flags)) is not None]
        known = bool(self._libraries)
        self.source = "measured in C" if known else "no C compiler: adders from the notes, reading by NumPy"
        self.adders = self._bits("adders") if known else ADDERS
        self.gates = self._bits("gates") if known else 2 * ADDERS

    def sets_a_second(self, rule_set: RuleSet) -> float:
        """Sets of answers a second, if all gates of the circuit of this rule set ran at that speed.

        An adder is four XOR and one AND, and hardly any other XOR is in a circuit.
        """
        steps = circuit_of(rule_set).steps
        adders = Counter(step.op for step in steps)[Op.XOR] // 4
        return 1 / (adders / self.adders + (len(steps) - 5 * adders) / self.gates)

    def reading_seconds(self, columns: Sequence[Any]) -> float:
        """Seconds to read these columns through memory once."""
        words = np.concatenate([column.view(np.uint8) for column in columns])
        words = words[: len(words) // 8 * 8].view(np.uint64)
        if not self._libraries:
            return seconds(lambda: np.bitwise_xor.reduce(words))
        read, place = self._libraries[0].reading, words.ctypes.data
        return seconds(lambda: read(ctypes.c_void_p(place), ctypes.c_long(len(words))))

    def _bits(self, name: str) -> float:
        acts = [partial(getattr(library, name), TIMES) for library in self._libraries]
        return WORDS * 64 * TIMES / min(seconds(act, rounds=10) for act in acts)


def _compile(flags: Sequence[str]) -> ctypes.CDLL | None:
    compiler = which("cc") or which("gcc") or which("clang")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory(prefix="advisor-bench-") as folder:
        source, library = Path(folder) / "limits.c", Path(folder) / "limits.so"
        source.write_text(_SOURCE, encoding="utf-8")
        command = [compiler, "-O3", *flags, "-shared", "-fPIC", "-o", str(library), str(source)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            return None
        return ctypes.CDLL(str(library))
