/**
 * Acts that wait until the person has proved once more who they are: one sheet for all of them (`ProveSheet`). A tab has one
 * (`tab.ts`); a test makes its own.
 */
export function createProof() {
  let asked: Promise<boolean> | null = null;
  let answer: ((proved: boolean) => void) | null = null;
  let act: Request | null = null;
  const listeners = new Set<() => void>();

  function tell(): void {
    listeners.forEach((listener) => listener());
  }

  /** Resolves once the person has proved it (`true`), or has put it off. */
  function ask(request: Request): Promise<boolean> {
    if (asked === null) {
      act = request;
      asked = new Promise((resolve) => {
        answer = resolve;
      });
      tell();
    }
    return asked;
  }

  /** What waits goes on, or gets its refusal. */
  function settle(proved: boolean): void {
    const waiting = answer;
    asked = null;
    answer = null;
    act = null;
    tell();
    waiting?.(proved);
  }

  return {
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isAsked: (): boolean => asked !== null,
    /** The act that asked first, for who leaves the page to prove it elsewhere. */
    act: (): Request | null => act,
    ask,
    settle,
  };
}

export type TabProof = ReturnType<typeof createProof>;
