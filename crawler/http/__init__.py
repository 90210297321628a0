"""A small HTTP/1.1 client that keeps what servers send as they sent it, for the archive, and bounds all of it."""
