"""The README's two commands in clones of their own (scripts/fresh-clone), on a repository whose Makefile only pretends."""

import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVES = "run:\n\tmkdir -p site/api/core && echo {} >site/api/core/openapi.json && echo hello >site/index.html\n\tpython3 -m http.server --directory site $(DOJOB_PORT)\n"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class FreshClone(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.tree = self.folder / "tree"
        (self.tree / "scripts").mkdir(parents=True)
        script = self.tree / "scripts/fresh-clone"
        script.write_text((ROOT / "scripts/fresh-clone").read_text())
        script.chmod(0o755)

    def outcome(self, makefile, *commands):
        (self.tree / "Makefile").write_text(makefile)
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@dojob.example", "-c", "init.defaultBranch=main"]
        for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "make: pretend"]):
            subprocess.run([*git, *arguments], cwd=self.tree, check=True, capture_output=True)
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache"), "CARGO_TARGET_DIR": str(self.folder), "CI": "true", "DOJOB_PORT": str(free_port())}
        return subprocess.run([self.tree / "scripts/fresh-clone", *commands], capture_output=True, text=True, check=False, env=environment)

    def test_both_commands_are_run_and_what_is_not_committed_is_not_there(self):
        (self.tree / ".gitignore").write_text("node_modules\n")
        (self.tree / "node_modules").mkdir()
        done = self.outcome('test:\n\ttest ! -e node_modules && test -z "$(CI)" && echo tested >node_modules\n' + "run: nothing\n" + SERVES + "nothing:\n\ttest ! -e node_modules\n")
        self.assertEqual(0, done.returncode, done)
        self.assertIn("and ended with Ctrl-C", done.stdout)
        self.assertEqual(["lock"], [path.name for path in (self.folder / "cache/dojob/fresh-clone").iterdir()])

    def test_the_second_clone_has_the_times_of_the_first(self):
        done = self.outcome("test:\n\tsleep 1.2; touch $(CARGO_TARGET_DIR)/built\nrun: old\n" + SERVES + "old:\n\ttest Makefile -ot $(CARGO_TARGET_DIR)/built\n")
        self.assertEqual(0, done.returncode, done)

    def test_a_test_that_fails_is_a_failure(self):
        self.assertNotEqual(0, self.outcome("test:\n\tvitest\n" + SERVES).returncode)

    def test_a_program_that_ends_before_it_answers_is_a_failure(self):
        done = self.outcome("run:\n\techo a reason; exit 1\n", "run")
        self.assertEqual(1, done.returncode)
        self.assertIn("a reason", done.stderr)
        self.assertIn("make run did not answer", done.stderr)


if __name__ == "__main__":
    unittest.main()
