#!/usr/bin/env python3
"""Every relative link of every tracked Markdown file leads to a file and, with #, to a heading of it.

usage: links.py
"""

import pathlib
import re
import subprocess
import sys

FENCE = re.compile(r"^```.*?^```", re.M | re.S)
LINK = re.compile(r"\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.M)


def anchors(text):
    """The ids that GitHub gives to the headings of `text`."""
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in HEADING.findall(FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def main():
    listed = subprocess.run(["git", "ls-files", "-z", "*.md"], check=True, capture_output=True, text=True).stdout
    pages = [pathlib.Path(name) for name in listed.split("\0") if name]
    broken = []
    for page in pages:
        for target in LINK.findall(FENCE.sub("", page.read_text())):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = page.parent / name if name else page
            if not file.exists():
                broken.append(f"{page}: {target}: no such file")
            elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
                broken.append(f"{page}: {target}: no such heading")
    print("\n".join(broken) or f"{len(pages)} pages: every relative link resolves")
    return 1 if broken else 0


sys.exit(main())
