/**
 * The browser's translator puts `<font>` around, or in the place of, text that React has made, and React then finds its
 * text no longer where it was: removing it, or putting something before it, throws and takes the screen away
 * (react#11538). Any text beside a sibling can be meant, of libraries too, so the two methods forgive it instead of every
 * text being wrapped: what stands in the place of the child is taken for it. A child that is nowhere is removed already.
 */
export function forgiveTranslators(): void {
  const { removeChild, insertBefore } = Node.prototype;

  Node.prototype.removeChild = function <T extends Node>(this: Node, child: T): T {
    const stands = childOf(this, child);
    if (stands !== null) removeChild.call(this, stands);
    return child;
  };

  Node.prototype.insertBefore = function <T extends Node>(this: Node, child: T, before: Node | null): T {
    insertBefore.call(this, child, before === null ? null : childOf(this, before));
    return child;
  };
}

/** The child of `parent` that `node` is, or that a translator has put around it; `null`: it is elsewhere. */
function childOf(parent: Node, node: Node): Node | null {
  let child: Node | null = node;
  while (child !== null && child.parentNode !== parent) child = child.parentNode;
  return child;
}
