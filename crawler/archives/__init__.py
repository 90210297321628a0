"""What web archives hold of a site: captures of years ago, fetched politely into our own WARC and dated by them."""
