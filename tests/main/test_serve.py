"""What a process asks of the machine before it serves."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from hoopoe.main.serve import OPEN_FILES

RAISE = """
import resource
from hoopoe.main.serve import allow_many_sockets

resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
allow_many_sockets()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "wanted"), [(256, 4_096, 4_096), (4_096, 4_096, 4_096), (256, None, OPEN_FILES)]
)
def test_the_bound_on_open_files_is_raised_as_far_as_it_may(soft: int, hard: int | None, wanted: int) -> None:
    _, here = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = here if hard is None else hard
    code = RAISE.format(soft=soft, hard=most)
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == [str(min(wanted, here) if here >= 0 else wanted), str(most)]
