"""Pages in a real browser. Chromium gets nothing from the network by itself: each request is handed to the crawl, or refused."""
