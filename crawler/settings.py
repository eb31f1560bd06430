"""Scrapy settings that differ from its defaults, each with its reason."""

import os
import sys

from crawler.contact import CONTACT, user_agent
from crawler.extract import compressed

BOT_NAME = "baotinh"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.spiders.loader.SiteSpiderLoader"  # every site file is a spider
ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 100}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # knows hosts only: ports are other sites too
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # takes a robots.txt that fails for a yes
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # takes half a body for a page
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # no outlet has a password
    "crawler.fetch.guard.GuardMiddleware": 50,  # before robots.txt of a foreign host would be fetched
    "crawler.fetch.budget.BudgetMiddleware": 60,
    "crawler.fetch.quiet.QuietHoursMiddleware": 75,
    "crawler.fetch.robots.RobotsMiddleware": 100,
    "crawler.fetch.conditional.ConditionalMiddleware": 150,
    "crawler.fetch.politeness.PolitenessMiddleware": 950,  # next to the network: it times what is really sent
}

BAOTINH_ARCHIVE = os.environ.get("BAOTINH_ARCHIVE", "news-archive")
BAOTINH_ALLOW_PRIVATE = False  # hosts of the reader's own network are never crawled by accident

# Polite: provincial newspapers run on small servers.
BAOTINH_CONTACT = os.environ.get(CONTACT, "")
USER_AGENT = user_agent(BAOTINH_CONTACT)
ROBOTSTXT_OBEY = False  # by our own middleware
DOWNLOAD_DELAY = 1.0  # seconds
DOWNLOAD_DELAY_JITTER = 0  # Scrapy's goes below the delay; ours is added to it
BAOTINH_PATIENCE = 600.0  # seconds of rest that a host may ask for in one run, with Retry-After
BAOTINH_STOP_AFTER = 0  # seconds after which a run asks for nothing more; 0 is never
RETRY_TIMES = 3  # after the first try; the host rests longer each time
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the report says it
RETRY_PRIORITY_ADJUST = -100  # after everything else: time helps, and pages that work are not held up
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 4  # a site has few hosts; what waits for its turn is out of the reach of priorities
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # the archive hands out the newest first
COOKIES_ENABLED = False  # a session would make the archive depend on what was read before

# Safe: a server may send anything.
DOWNLOAD_TIMEOUT = 60  # seconds for one answer
DOWNLOAD_MAXSIZE = compressed.MOST_BYTES  # decoded
DOWNLOAD_WARNSIZE = 0
MEMUSAGE_LIMIT_MB = 600  # more than four times what 100 newspapers at once take, and what a machine of 1 GB can spare
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("file", "data", "ftp", "s3")),
    **dict.fromkeys(("http", "https"), "crawler.fetch.transfer.TransferHandler"),
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",  # what TransferHandler reads
}
TWISTED_DNS_RESOLVER = "crawler.fetch.resolver.PublicResolver"
HTTPPROXY_ENABLED = False  # a proxy resolves names itself, to whatever address
REDIRECT_MAX_TIMES = 10
METAREFRESH_ENABLED = False  # used for traps and for "please wait" pages, not by articles
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # runs code for whoever may read a file in the home directory

# The spider hands on captures, one per page and never a request; each of these costs every page a task of its own.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # a 404 or 503 is an outcome to be recorded
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
CONCURRENT_ITEMS = 1  # Scrapy starts that many tasks for each page
WARN_ON_GENERATOR_RETURN_VALUE = False  # parses the source of a callback anew for each page; mypy finds the same

ASYNCIO_EVENT_LOOP = None if sys.platform == "win32" else "uvloop.Loop"  # a tenth less process time than asyncio's own
FEED_EXPORT_ENCODING = "utf-8"  # Scrapy's default writes Vietnamese as \uXXXX
LOG_LEVEL = "INFO"
STATS_DUMP = False  # the run report says it
DOWNLOADER_STATS = False  # spells out each request and answer once more to count their bytes
