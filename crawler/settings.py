"""Scrapy settings that differ from its defaults, each with its reason."""

import os

BOT_NAME = "baotinh"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.spiders.loader.SiteSpiderLoader"  # every site file is a spider
ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 100}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # knows hosts only: ports are other sites too
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # takes a robots.txt that fails for a yes
    "crawler.middlewares.guard.GuardMiddleware": 50,  # before robots.txt of a foreign host would be fetched
    "crawler.middlewares.robots.RobotsMiddleware": 100,
}

BAOTINH_ARCHIVE = os.environ.get("BAOTINH_ARCHIVE", "news-archive")
BAOTINH_ALLOW_PRIVATE = False  # hosts of the reader's own network are never crawled by accident

# Polite: provincial newspapers run on small servers.
USER_AGENT = "baotinh (+https://pypi.org/project/baotinh/)"
ROBOTSTXT_OBEY = False  # by our own middleware
DOWNLOAD_DELAY = 1.0  # seconds
CONCURRENT_REQUESTS_PER_DOMAIN = 1
COOKIES_ENABLED = False  # a session would make the archive depend on what was read before

# Safe: a server may send anything.
DOWNLOAD_TIMEOUT = 60  # seconds for one answer
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # bytes, decoded; the largest real page seen has 0.6 MB
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {"file": None, "data": None, "ftp": None, "s3": None}
REDIRECT_MAX_TIMES = 10
METAREFRESH_ENABLED = False  # used for traps and for "please wait" pages, not by articles
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # runs code for whoever may read a file in the home directory

HTTPERROR_ALLOW_ALL = True  # a 404 or 503 is an outcome to be recorded, not to be dropped
FEED_EXPORT_ENCODING = "utf-8"  # Scrapy's default writes Vietnamese as \uXXXX
LOG_LEVEL = "INFO"
STATS_DUMP = False  # the run report says it
