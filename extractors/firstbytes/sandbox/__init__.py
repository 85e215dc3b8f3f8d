"""Runs untrusted bytes through untrusted parsers in child processes, bounded.

    the caller            zygote                  child
    holds credentials, the source            started once by exec, with    forked; its own session; limits on
    and the budgets                          a clean environment           memory, CPU, files; asks by pipe
      Pool, Forked  -- "fork", a socket -->    fork ------------------->     examine()
                    <------------------------- read(start, length) ---
                    -------------------------- bytes, or a refusal -->
                    <------------------------- findings --------------

`Forked` takes a fresh child for each document, `Pool` keeps children and replaces one that dies, hangs or grows old.
The parent believes nothing a child says beyond its shape: findings are capped, decoded by type, sanitised again.
"""

from __future__ import annotations

from firstbytes.sandbox.limits import Limits
from firstbytes.sandbox.parent import Forked, Pool

__all__ = ["Forked", "Limits", "Pool"]
