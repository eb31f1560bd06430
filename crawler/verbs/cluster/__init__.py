"""`baotinh cluster`: crawls on several machines, with the extra `[cluster]`."""

from crawler.verbs.cluster.archives import collect, move
from crawler.verbs.cluster.group import cluster
from crawler.verbs.cluster.new_cluster import init
from crawler.verbs.cluster.rereading import reparse
from crawler.verbs.cluster.state import drain, status
from crawler.verbs.cluster.work import tick, worker

for command in (init, worker, tick, status, drain, move, collect, reparse):
    cluster.add_command(command)

__all__ = ["cluster"]
