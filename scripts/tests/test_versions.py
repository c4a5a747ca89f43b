"""mise.toml installs the versions that CI uses, or `mise install` gives a newcomer another toolchain than the gate's."""

import re
import tomllib
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def named(pattern: str, path: str) -> set[str]:
    return set(re.findall(pattern, text(path)))


class Versions(unittest.TestCase):
    def setUp(self) -> None:
        self.mise = tomllib.loads(text("mise.toml"))["tools"]

    def test_rust(self) -> None:
        toolchain = tomllib.loads(text("rust-toolchain.toml"))["toolchain"]
        rust = {"version": toolchain["channel"], "components": ",".join(toolchain["components"])}
        self.assertEqual(self.mise["rust"], rust)

    def test_node(self) -> None:
        self.assertEqual({self.mise["node"]}, named(r'node-version: "([^"]+)"', ".github/actions/setup/action.yml"))

    def test_terraform(self) -> None:
        found = named(r'terraform_version: "?([\d.]+)"?', ".github/workflows/ci.yml")
        self.assertEqual({self.mise["terraform"]}, found)


if __name__ == "__main__":
    unittest.main()
