"""The subcommands of samehand, one file each.

A file here has `register(app: typer.Typer) -> None` and is found by being there; a name
that begins with an underscore is a helper. Everything that is slow to import is imported inside the functions, since
every call of samehand loads all these files.
"""
