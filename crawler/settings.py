"""Scrapy's settings. What a person tunes is in config/crawl.toml; here stands how Scrapy is wired to our parts."""

BOT_NAME = "samehand"
SPIDER_MODULES = ["crawler.spiders"]

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
SCHEDULER = "crawler.scheduler.CrawlScheduler"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
DOWNLOAD_HANDLERS_BASE = {"http": "crawler.handler.WireHandler", "https": "crawler.handler.WireHandler"}

# Redirects, robots.txt, delays, repeats and encodings are the crawl's own: it has to record each of them, and a second hand that
# does the same would hide what happened. So no middleware of Scrapy's is on.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE = {"scrapy.extensions.corestats.CoreStats": 0, "crawler.progress.ProgressExtension": 0}

# The frontier gives one request a site and counts those under way; Scrapy's own slots do not limit further.
CONCURRENT_REQUESTS = 1000
CONCURRENT_REQUESTS_PER_DOMAIN = 1000
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0

# Scrapy starts as many tasks for each answer, for the items that a spider yields; ours yields none.
CONCURRENT_ITEMS = 1

LOG_LEVEL = "WARNING"
STATS_DUMP = False
