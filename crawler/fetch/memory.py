"""The memory of this process, which ends a crawl that takes too much."""

import re
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

STATUS = Path("/proc/self/status")
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


class OwnMemory(MemoryUsage):
    """Scrapy's watch over memory, which counts what this process took.

    Scrapy asks getrusage, whose peak outlives exec: a crawl that a large program starts would be blamed for it.
    """

    def get_virtual_size(self) -> int:
        """Return the peak of resident memory in bytes."""
        peak = PEAK.search(STATUS.read_text(encoding="ascii", errors="replace")) if STATUS.exists() else None
        return int(peak[1]) * 1024 if peak else super().get_virtual_size()
