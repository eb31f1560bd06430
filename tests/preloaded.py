"""What the server process of `command.py` does last, once, before the first command is forked from it."""

import gc

from crawler import workers
from crawler.site_files.load import load_platforms, packaged_sites

load_platforms()  # every crawl reads these files, and none changes them
packaged_sites()  # the commands that name all outlets read these: 0.25 s
workers.START = "forkserver"  # the processes that read for a command come from this server too
gc.freeze()  # else each command would look through, and so copy, the objects of all modules
