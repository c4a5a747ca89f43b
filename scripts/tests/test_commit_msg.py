"""The rule for subjects (scripts/hooks/commit-msg), and which commits scripts/commits asks."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOOK = ROOT / "scripts/hooks/commit-msg"


def refusal(message, *options):
    """What the hook says of a message; empty when it accepts it."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(message)
        file.flush()
        done = subprocess.run([HOOK, *options, file.name], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


class Subject(unittest.TestCase):
    def test_an_imperative_with_its_area_is_accepted(self):
        for subject in (
            "engagement: refuse a second check-in",
            "crates/common, tools: seed the clock once",
            "docs/DEPLOY: focus on one way back",
            "CHANGELOG: need no dates",
            "auth: process what arrives twice",
        ):
            self.assertEqual("", refusal(subject), subject)

    def test_what_is_not_an_imperative_is_refused(self):
        for subject in ("bench: what clippy says", "status: ten minutes.", "core: added a field", "core: adding a field", "core: adds a field", "images: the size", "docs: 12 pages"):
            self.assertNotEqual("", refusal(subject), subject)

    def test_a_subject_names_its_area(self):
        self.assertIn("area: verb", refusal("refuse a second check-in"))
        self.assertIn("area: verb", refusal("core:"))

    def test_a_subject_has_at_most_72_characters(self):
        self.assertEqual("", refusal("core: " + "x" * 66))
        self.assertIn("72", refusal("core: " + "x" * 67))

    def test_a_subject_has_no_trailing_dot_and_no_wip(self):
        self.assertIn("dot", refusal("core: refuse a second check-in."))
        for subject in ("wip", "core: wip", "WIP: core", "core: keep [wip] open"):
            self.assertIn("work in progress", refusal(subject), subject)
        self.assertEqual("", refusal("web: wipe the drafts of a former account"))

    def test_the_body_and_comments_are_not_asked(self):
        self.assertEqual("", refusal("# a comment\n\ncore: refuse a second check-in\n\nwip. " + "x" * 90))
        self.assertIn("empty", refusal("# only a comment\n"))

    def test_merges_and_reverts_pass(self):
        self.assertEqual("", refusal("Merge branch 'wt/gates'"))
        self.assertEqual("", refusal('Revert "core: refuse a second check-in, and say so to both of them in time"'))

    def test_a_fixup_is_for_a_branch_and_does_not_land(self):
        self.assertEqual("", refusal("fixup! core: refuse a second check-in"))
        self.assertIn("squashed", refusal("fixup! core: refuse a second check-in", "--landed"))


class Commits(unittest.TestCase):
    def test_only_commits_that_have_the_rule_are_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)

            def git(*arguments):
                subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@dojob.example", *arguments], cwd=tree, check=True, capture_output=True)

            git("init", "--quiet", "--initial-branch=main")
            git("commit", "--allow-empty", "-m", "wip before the rule")
            git("checkout", "--quiet", "-b", "work")
            git("commit", "--allow-empty", "-m", "wip before the rule, too")
            for name in ("scripts/commits", "scripts/hooks/commit-msg"):
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                (tree / name).write_text((ROOT / name).read_text())
                (tree / name).chmod(0o755)
            git("add", ".")
            git("commit", "-m", "scripts: check subjects")
            ask = lambda: subprocess.run([tree / "scripts/commits"], capture_output=True, text=True, check=False)  # noqa: E731
            done = ask()
            self.assertEqual((0, "commits: 1 since"), (done.returncode, done.stdout[:16]), done)
            git("commit", "--allow-empty", "-m", "the rule is forgotten")
            done = ask()
            self.assertEqual(1, done.returncode, done)
            self.assertIn("2 since", done.stdout)
            self.assertIn("the rule is forgotten", done.stderr)


if __name__ == "__main__":
    unittest.main()
