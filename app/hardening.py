"""What a process asks of the system so that its memory stays its own, and what was refused."""

from __future__ import annotations

import ctypes
import os
import resource

PR_SET_DUMPABLE = 4
LOCK_PAGES_WHEN_TOUCHED = 1 | 2 | 4  # MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT
LIBC = ctypes.CDLL(None, use_errno=True)


def keep_memory_private() -> tuple[str, ...]:
    """No core file, no look from other processes, no page in the swap; what the system refused."""
    steps = {
        "no core files": _no_core_files,
        "no look from other processes": _not_dumpable,
        "no page in the swap (raise LimitMEMLOCK)": _locked,
    }
    return tuple(what for what, step in steps.items() if not step())


def _no_core_files() -> bool:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    return True


def _not_dumpable() -> bool:
    return bool(LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)


def _locked() -> bool:
    """Only where there is no small limit: beyond it every further allocation would fail."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != resource.RLIM_INFINITY and os.geteuid() != 0:
        return False
    return bool(LIBC.mlockall(LOCK_PAGES_WHEN_TOUCHED) == 0)
