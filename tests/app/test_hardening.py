"""A process that holds keys: no core file, not readable by others, and it says what was refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import resource
from app.hardening import LIBC, keep_memory_private
refused = keep_memory_private()
print(resource.getrlimit(resource.RLIMIT_CORE), LIBC.prctl(3, 0, 0, 0, 0), len(refused))
print([line for line in open("/proc/self/status") if line.startswith("VmLck")])
"""
LIMITED = """
import os, resource
resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 65536))
os.geteuid = lambda: 1000
from app.hardening import keep_memory_private
print(keep_memory_private())
"""


def said(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_no_core_file_and_no_look_from_outside() -> None:
    assert said(ASK).startswith("(0, 0) 0 ")


def test_a_small_limit_is_named_and_nothing_breaks() -> None:
    assert "raise LimitMEMLOCK" in said(LIMITED)
