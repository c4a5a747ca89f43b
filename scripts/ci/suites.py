"""What CI runs, in this order: the one table. scripts/ci/run.py says how a row becomes a lap.

A suite reads the tracked files that match its `reads` (Git's pathspecs), those of EVERYTHING below, and what run.py adds to its
hash: versions of the tools, settings of the environment. With the same hash as a green run on this machine it is not run again.
A path that is missing here makes a suite too sure of itself: when in doubt, name the folder above.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Suite:
    name: str
    command: str
    reads: tuple[str, ...] = ()
    always: bool = False  # faults, races, chance, and what is not in the files: green once says little about the next time
    tests: bool = False  # it runs tests; a log without a single one that passed is a failure
    covers: tuple[str, ...] = ()  # suites that it runs as well: they are not run after it


# Read by every suite.
EVERYTHING = (".ci", "Makefile", "scripts/ci", "scripts/tools", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo")

SERVICES = ("core", "auth", "notify-address", "chat")
# What a test of one service is built from.
CHASSIS = ("crates", "tools/testkit", "tools/kafka", "contracts")
RUST = ("crates", "services", "tools", "contracts", "deploy")
BROWSER = ("web", "scripts/e2e", "scripts/chromium")
# What decides whether the first command in a fresh clone finds all it needs; what it then runs is the test suites' affair.
PLUMBING = (
    "README.md", ".gitignore", "scripts/fresh-clone", "scripts/chromium", ":(glob)**/Cargo.toml",
    ":(glob)**/package.json", ":(glob)**/package-lock.json", ":(glob)web/*.*", "web/build", "web/scripts",
)


def crates(*names):
    return "".join(f" -p dojob-{name}" for name in names)


def without(*names):
    return "".join(f" --exclude dojob-{name}" for name in names)


SUITES = (
    Suite("commits", "scripts/commits", always=True),
    Suite("check", "make check", (".",)),
    # On a machine that has never been green this is what runs all of `make test`.
    Suite("readme", "make readme", PLUMBING, tests=True, covers=(*(f"test-{name}" for name in SERVICES), "test-rest", "test-web")),
    *(Suite(f"test-{name}", f"cargo test --quiet{crates(name)}", (*CHASSIS, f"services/{name}"), tests=True) for name in SERVICES),
    # Races of the chassis, hostile requests, kill -9: run every time.
    Suite("test-rest", f"cargo test --quiet --workspace{without('kafka', 'cluster', *SERVICES)}", always=True, tests=True),
    Suite("test-web", "make test-web", (*BROWSER, "contracts"), tests=True),
    Suite("test-kafka", "make test-kafka", RUST, tests=True),
    Suite("faults-short", "make faults-short", always=True),
    Suite("e2e-cluster", "make e2e-cluster", (*RUST, *BROWSER), tests=True),
    # Strict: a tool that is absent is an error. The programs that the cluster has just run say which settings they know.
    Suite("check-infra", 'DOJOB_PROGRAMS="$CARGO_TARGET_DIR/debug" scripts/check-infra --strict kubernetes workflows', (".", ":!web", ":!tools")),
    Suite("terraform", "scripts/tools infra && scripts/check-infra --strict terraform", ("terraform", "deploy", "contracts", "docs", "scripts", ":(glob)services/*/Cargo.toml")),
    Suite("mutants", "scripts/mutants kubernetes workflows", (".", ":!web", ":!tools", ":!services", ":!crates", ":(glob)crates/*/src/metrics.rs")),
    Suite("e2e", "make e2e", (*RUST, *BROWSER), tests=True),
    Suite("fuzz", "make fuzz", always=True),
    Suite("attack", "make attack", always=True),
)
