import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Closer than this to the end counts as being there. */
const NEAR_PX = 72;
/** So far from the top the older ones are asked for. */
const EARLY_PX = 600;

interface Stick {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  atEnd: boolean;
  toEnd: (smooth?: boolean) => void;
}

/**
 * A column that grows at both ends and never moves under a finger: it follows the end only if it was there, and
 * what is put above pushes nothing down. `firstKey` names what stands at the top, `data-seq` marks what can be held on to.
 */
export function useStickToBottom(firstKey: number | null, onNearTop: () => void): Stick {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  /** Where it stood last: only a way upwards is a wish to leave the end. */
  const stood = useRef(0);
  const anchor = useRef<{ seq: number; top: number } | null>(null);
  const [atEnd, setAtEnd] = useState(true);
  const nearTop = useRef(onNearTop);
  useEffect(() => {
    nearTop.current = onNearTop;
  });

  const toEnd = useCallback((smooth = false) => {
    const node = scroller.current;
    if (node === null) return;
    sticks.current = true;
    setAtEnd(true);
    const calm = !smooth || window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    // A long way is not travelled: what lies between would only flicker by.
    const far = node.scrollHeight - node.scrollTop - node.clientHeight > node.clientHeight * 3;
    node.scrollTo({ top: node.scrollHeight, behavior: calm || far ? 'instant' : 'smooth' });
  }, []);

  // Older ones were put above: hold on to what stood at the top.
  useLayoutEffect(() => {
    const node = scroller.current;
    if (node === null || firstKey === null) return;
    const top = (seq: number) =>
      content.current?.querySelector<HTMLElement>(`[data-seq="${seq}"]`)?.offsetTop ?? null;
    const before = anchor.current;
    if (before !== null && before.seq !== firstKey) {
      const now = top(before.seq);
      if (now !== null && !sticks.current) {
        node.scrollTop += now - before.top;
        stood.current = node.scrollTop;
      }
    }
    anchor.current = { seq: firstKey, top: top(firstKey) ?? 0 };
  }, [firstKey]);

  useEffect(() => {
    const node = scroller.current;
    const inner = content.current;
    if (node === null || inner === null) return undefined;
    const follow = () => {
      if (sticks.current) node.scrollTop = node.scrollHeight;
      stood.current = node.scrollTop;
      if (node.scrollTop < EARLY_PX) nearTop.current();
      if (anchor.current !== null) {
        const { seq } = anchor.current;
        const top = inner.querySelector<HTMLElement>(`[data-seq="${seq}"]`)?.offsetTop;
        if (top !== undefined) anchor.current = { seq, top };
      }
    };
    const look = () => {
      const near = node.scrollHeight - node.scrollTop - node.clientHeight <= NEAR_PX;
      if (near) sticks.current = true;
      else if (node.scrollTop < stood.current) sticks.current = false;
      stood.current = node.scrollTop;
      setAtEnd(sticks.current);
      if (node.scrollTop < EARLY_PX) nearTop.current();
    };
    // Messages, the keyboard, a larger field to write in: all of them change one of the two heights.
    const sizes = new ResizeObserver(follow);
    sizes.observe(node);
    sizes.observe(inner);
    node.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      node.removeEventListener('scroll', look);
    };
  }, []);

  return { scroller, content, atEnd, toEnd };
}
