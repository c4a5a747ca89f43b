"""Makes mistakes in a copy of the tree, one at a time, and asks the check that must catch each. For scripts/mutants.d.

A mistake is: what it is, file, text in it, what that becomes, check, a word that the check must say. A check that fails for
another reason has not caught it.
"""

import sys


def escape(tree, mutations, check, wanted, once=True):
    """Prints who caught what; true when a mistake escaped.

    `tree` is the copy, and `check(name)` says whether that check failed in it, and what it said. With `wanted`, only mistakes
    that have one of these words. With `once`, a text that is in its file twice is refused; without, the first is taken.
    """
    escaped = made = 0
    print("| mistake | caught by | |\n|---|---|---|")
    for what, file, text, becomes, name, word in mutations:
        if wanted and not any(part in what for part in wanted):
            continue
        path = tree / file
        good = path.read_text()
        count = good.count(text)
        if count == 0 or once and count > 1 or text == becomes:
            sys.exit(f"mutants: {what}: the text is {count} times in {file}")
        path.write_text(good.replace(text, becomes, 1))
        failed, said = check(name)
        path.write_text(good)
        made += 1
        caught = failed and word in said
        escaped += not caught
        print(f"| {what} | {name} | {'caught' if caught else 'ESCAPED'} |", flush=True)
        if not caught:
            print("\n".join("    " + line for line in said.splitlines()[-15:]), file=sys.stderr)
    print(f"\n{escaped} of {made} escaped")
    return escaped > 0
