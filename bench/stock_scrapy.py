"""Stock Scrapy with an empty callback, over the addresses on standard input: the cost of fetching alone."""

import sys
from collections.abc import AsyncIterator

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response


class EmptySpider(scrapy.Spider):
    """Fetches every address and ignores the answers."""

    name = "empty"

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for line in sys.stdin:
            yield scrapy.Request(line.strip())

    def parse(self, response: Response) -> None:
        pass


if __name__ == "__main__":
    process = AsyncCrawlerProcess({"LOG_LEVEL": "INFO"})
    process.crawl(EmptySpider)
    process.start()
