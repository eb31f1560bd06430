"""Scrapy settings that differ from its defaults, each with its reason."""

import os
import sys

from archive import LARGEST_BODY
from crawler.contact import CONTACT, user_agent
from crawler.fetch.proxy import SETTING

BOT_NAME = "baotinh"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.spiders.loader.SiteSpiderLoader"  # every site file is a spider
ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 100}

# Scrapy imports each component that its own lists name, also those that a setting turns off: 0.3 s and 25 MiB of every
# crawl. So these lists are emptied, and the ones of this file are whole.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.fetch.guard.GuardMiddleware": 50,  # before the robots.txt of a foreign host is fetched
    "crawler.fetch.budget.BudgetMiddleware": 60,
    "crawler.fetch.quiet.QuietHoursMiddleware": 75,
    "crawler.fetch.robots.RobotsMiddleware": 100,  # Scrapy's allows everything if robots.txt fails
    "crawler.fetch.conditional.ConditionalMiddleware": 150,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.fetch.retries.RetryMiddleware": 550,  # Scrapy's leaves no trace of a failed try
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "crawler.fetch.politeness.PolitenessMiddleware": 950,  # next to the network: it times the requests that are sent
}
# Left out of Scrapy's own, beside what no outlet needs: offsite compares no ports, and another port is another site;
# httpcompression accepts half a body as a page; with cookies a page could depend on pages that were read before;
# httpproxy obeys http_proxy, which may be set for other programs; meta refresh is in traps and "please wait" pages, not
# in articles; stats writes out each request and answer once more to count bytes.
SPIDER_MIDDLEWARES = {
    # the others would cost a task for every page: the spider yields captures only, and a 404 or 503 is recorded
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,  # the redirects ask for it
}
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "crawler.fetch.memory.OwnMemory": 0,  # in place of Scrapy's
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}
# Left out: telnet and remote control run code for anybody who may read a file in the home directory.

BAOTINH_ARCHIVE = os.environ.get("BAOTINH_ARCHIVE", "news-archive")
BAOTINH_ALLOW_PRIVATE = False  # so that hosts of the user's own network are not crawled by accident
BAOTINH_PROXY = os.environ.get(SETTING, "")

# Polite: provincial newspapers run on small servers.
BAOTINH_CONTACT = os.environ.get(CONTACT, "")
USER_AGENT = user_agent(BAOTINH_CONTACT)
ROBOTSTXT_OBEY = False  # our own middleware obeys it
DOWNLOAD_DELAY = 1.0  # seconds
DOWNLOAD_DELAY_JITTER = 0  # Scrapy's jitter can shorten the delay; ours only lengthens it
BAOTINH_PATIENCE = 600.0  # seconds of rest that a host may ask for in one run, with Retry-After
BAOTINH_STOP_AFTER = 0  # seconds after which a run requests nothing more; 0 means no end
RETRY_TIMES = 3  # after the first try; the host rests longer each time
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the report has it
RETRY_PRIORITY_ADJUST = -100  # after all other requests: waiting helps, and pages that work are not held up
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 4  # a site has few hosts, and requests that wait for a turn no longer follow priorities
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # the archive hands out the newest first

# Safe: a server may send anything.
DOWNLOAD_TIMEOUT = 60  # seconds for one answer
DOWNLOAD_MAXSIZE = LARGEST_BODY  # decoded
DOWNLOAD_WARNSIZE = 0
MEMUSAGE_LIMIT_MB = 600  # more than four times the need of 100 newspapers at once; a machine of 1 GB has it
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("file", "data", "ftp", "s3")),
    **dict.fromkeys(("http", "https"), "crawler.fetch.transfer.TransferHandler"),
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",  # encodings that TransferHandler reads
}
TWISTED_DNS_RESOLVER = "crawler.fetch.resolver.PublicResolver"
REDIRECT_MAX_TIMES = 10

CONCURRENT_ITEMS = 1  # Scrapy starts this many tasks for each page
WARN_ON_GENERATOR_RETURN_VALUE = False  # it parses the source of a callback for each page; mypy finds the same fault

ASYNCIO_EVENT_LOOP = None if sys.platform == "win32" else "uvloop.Loop"  # saves a tenth of the process time
FEED_EXPORT_ENCODING = "utf-8"  # Scrapy's default writes Vietnamese as \uXXXX
LOG_LEVEL = "INFO"
STATS_DUMP = False  # the run report has the counts
