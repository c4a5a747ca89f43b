"""Which suites CI runs, which it leaves out because they were green, and what its table shows (scripts/ci)."""

import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/ci"))
import run  # noqa: E402
from suites import CHASSIS, EVERYTHING, SERVICES, SUITES, Suite  # noqa: E402


class Runs(unittest.TestCase):
    """In a repository of two files, `one` and `two`, each read by a suite of its name."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(setattr, run, "ROOT", run.ROOT)
        self.tree = run.ROOT = pathlib.Path(folder.name) / "tree"
        self.tree.mkdir()
        self.marks = run.Marks(pathlib.Path(folder.name) / "green")
        self.git("init", "--quiet")
        self.write("one", "1")
        self.write("two", "2")
        self.commit()
        self.suites = [Suite("one", "cat one", ("one",)), Suite("two", "cat two", ("two",)), Suite("faults", "true", always=True)]

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@dojob.example", *arguments], cwd=self.tree, check=True, capture_output=True)

    def write(self, name, text):
        (self.tree / name).write_text(text)

    def commit(self):
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", "tree: keep a file")

    def results(self, facts="a machine", everything=False):
        """The first word of each lap's result."""
        with contextlib.redirect_stdout(io.StringIO()) as self.log:
            self.laps = run.run(self.suites, self.marks, dict(os.environ), everything, facts)
        return [lap.result.split(" ")[0] for lap in self.laps]

    def test_what_was_green_is_left_out_and_faults_are_not(self):
        self.assertEqual(["ok", "ok", "ok"], self.results())
        self.assertEqual(["green", "green", "ok"], self.results())
        self.assertRegex(run.table(self.laps, 7), r"(?s)one +green at .*[0-9a-f]{16}\n.*1 ran, 2 skipped because they were green before, 0 ran in another, 0 failed, 0 not run\nflaky: 0\ntotal: 7 s")

    def test_a_changed_input_runs_its_suite_alone(self):
        self.results()
        self.write("one", "changed")
        self.commit()
        self.assertEqual(["ok", "green", "ok"], self.results())

    def test_another_machine_or_another_command_runs_again(self):
        self.results()
        self.assertEqual(["ok", "ok", "ok"], self.results(facts="another toolchain"))
        self.suites[0] = Suite("one", "cat one one", ("one",))
        self.assertEqual(["ok", "green", "ok"], self.results())

    def test_everything_is_run_when_it_is_asked_for(self):
        self.results()
        self.assertEqual(["ok", "ok", "ok"], self.results(everything=True))

    def test_a_work_tree_that_is_not_clean_neither_uses_nor_leaves_marks(self):
        self.write("three", "not committed")
        self.assertEqual(["ok", "ok", "ok"], self.results())
        self.assertFalse(self.marks.folder.exists())
        (self.tree / "three").unlink()
        self.results()
        self.write("one", "not committed")
        self.assertEqual(["ok", "ok", "ok"], self.results())

    def test_a_suite_that_changes_the_tree_leaves_no_mark(self):
        self.suites[0] = Suite("one", "echo >three", ("one",))
        self.results()
        self.assertFalse(self.marks.folder.exists())

    def test_a_failure_ends_the_run_and_is_in_the_table(self):
        self.suites[0] = Suite("one", "exit 3", ("one",))
        self.assertEqual(["FAILED", "not", "not"], self.results())
        self.assertIn("0 ran, 0 skipped because they were green before, 0 ran in another, 1 failed, 2 not run", run.table(self.laps, 0))
        self.assertFalse(self.marks.folder.exists())

    def test_a_suite_that_should_run_tests_and_runs_none_fails(self):
        self.suites[0] = Suite("one", "echo 'test result: ok. 0 passed; 0 failed; 0 ignored'", ("one",), tests=True)
        self.assertEqual("FAILED", self.results()[0])

    def test_what_a_suite_covers_is_green_with_it(self):
        self.suites.insert(0, Suite("readme", "true", ("one", "two"), covers=("two",)))
        self.assertEqual(["ok", "ok", "in", "ok"], self.results())
        self.assertEqual(["green", "green", "green", "ok"], self.results())
        self.write("two", "changed")
        self.commit()
        self.suites[0] = Suite("readme", "true", ("one",), covers=("two",))
        self.results()
        self.write("two", "changed again")
        self.commit()
        self.assertEqual(["green", "green", "ok", "ok"], self.results())


class Observed(unittest.TestCase):
    def test_every_runner_is_counted(self):
        lap = run.Lap("all", "ok")
        for line in (
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.2s",
            "test result: ok. 0 passed; 0 failed; 0 ignored",
            "\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m222 passed\x1b[39m\x1b[22m (222)",
            "  43 passed (2.1m)",
            "Ran 9 tests in 0.7s",
            "  2 flaky",
            "flaky at chat.spec.ts:12: phone › a message arrives",
            "flaky: 2",
        ):
            run.observe(line + "\n", lap)
        self.assertEqual((12 + 222 + 43 + 9, 2, "Ran 9 tests in 0.7s"), (lap.passed, lap.flaky, lap.last))
        table = run.table([lap], 60)
        self.assertIn("all: flaky at chat.spec.ts:12: phone › a message arrives\nflaky: 2\ntotal: 60 s", table)
        self.assertIn("all: Ran 9 tests in 0.7s", table)


class Environment(unittest.TestCase):
    def test_settings_count_and_places_do_not(self):
        facts = run.machine({})
        self.assertNotEqual(facts, run.machine({"DOJOB_LOG": "debug"}))
        self.assertNotEqual(facts, run.machine({"TZ": "UTC"}))
        self.assertEqual(facts, run.machine({"CARGO_TARGET_DIR": "/elsewhere", "EDITOR": "vi", "CI_ALL": "1"}))


class Table(unittest.TestCase):
    """The table of suites against the tree that it is about."""

    def test_every_path_is_there(self):
        for path in {path for suite in SUITES for path in (*EVERYTHING, *suite.reads)}:
            if not path.startswith(":!"):
                self.assertNotEqual("", run.git("ls-files", "--", path), path)

    def test_what_a_suite_covers_comes_after_it(self):
        names = [suite.name for suite in SUITES]
        self.assertEqual(len(names), len(set(names)))
        for suite in SUITES:
            for name in suite.covers:
                self.assertLess(names.index(suite.name), names.index(name))

    def test_every_crate_that_a_service_is_built_from_is_read(self):
        metadata = json.loads(subprocess.run(["cargo", "metadata", "--no-deps", "--format-version=1"], cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        packages = {package["name"]: package for package in metadata["packages"]}

        def below(name, seen):
            if name in packages and name not in seen:
                seen.add(name)
                for dependency in packages[name]["dependencies"]:
                    below(dependency["name"], seen)
            return seen

        for service in SERVICES:
            reads = (*CHASSIS, f"services/{service}")
            for name in below(f"dojob-{service}", set()):
                folder = pathlib.Path(packages[name]["manifest_path"]).parent.relative_to(ROOT)
                self.assertTrue(any(folder.is_relative_to(path) for path in reads), f"test-{service} does not read {folder}")

    def test_every_check_of_the_infrastructure_is_run(self):
        words = {word for suite in SUITES if "scripts/check-infra --strict" in suite.command for word in suite.command.split()}
        self.assertLessEqual({path.name for path in (ROOT / "scripts/check-infra.d").iterdir()}, words)

    def test_every_package_is_tested_somewhere(self):
        commands = " && ".join(suite.command for suite in SUITES)
        for folder in (ROOT / "services").iterdir():
            self.assertIn(f"cargo test --quiet -p dojob-{folder.name}", commands)
        [rest] = [suite.command for suite in SUITES if suite.name == "test-rest"]
        left_out = {word for before, word in zip(rest.split(), rest.split()[1:]) if before == "--exclude"}
        self.assertEqual({"dojob-kafka", "dojob-cluster", *(f"dojob-{name}" for name in SERVICES)}, left_out)


if __name__ == "__main__":
    unittest.main()
