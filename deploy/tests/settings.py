#!/usr/bin/env python3
"""Compare settings.tsv with what the programs in a directory print, or write it: settings.py [--write] DIRECTORY."""

import pathlib
import subprocess
import sys

FILE = pathlib.Path(__file__).parent / "settings.tsv"
PROGRAMS = ("auth", "chat", "core", "notify-address")


def ask(directory):
    text = "# Written by deploy/tests/settings.py from what each program's `config` prints.\n"
    for program in PROGRAMS:
        done = subprocess.run([pathlib.Path(directory) / program, "config"], env={}, capture_output=True, text=True, check=True)
        for line in sorted(done.stdout.splitlines()):
            setting = line.split()[0]
            text += f"{program}\t{setting}\t{'required' if '(must be set)' in line else 'optional'}\n"
    return text


def main():
    text = ask(sys.argv[-1])
    if "--write" in sys.argv:
        FILE.write_text(text)
        return 0
    now, stored = set(text.splitlines()), set(FILE.read_text().splitlines())
    for line in sorted(now ^ stored):
        print(f"settings.tsv: {'lacks' if line in now else 'still has'} {line!r}", file=sys.stderr)
    return 1 if now != stored else 0


if __name__ == "__main__":
    sys.exit(main())
