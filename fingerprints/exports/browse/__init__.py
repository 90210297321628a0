"""The store in a browser: a copy in tables that people read (tables.py), served by Datasette on loopback (server.py)."""
