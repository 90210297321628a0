"""Probes learn how a site is hosted: name servers, certificates, registration, and what others recorded of it.

Each writes what it saw, or why it saw nothing, as a record into the crawl's WARC; what follows from it is worked out by the
indicators (fingerprints/indicators/hosting_*.py), from a fresh crawl and from an archive alike.
"""
