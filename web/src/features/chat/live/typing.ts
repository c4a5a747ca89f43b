/** A typing frame is good for a few seconds only. */
const FRESH_MS = 5_000;
/** The other is told at most this often; the server allows one frame in two seconds. */
const TOLD_MS = 2_500;

/** Who is typing where, and how often it is told that I am. */
export function createTyping() {
  const typing = new Map<string, ReturnType<typeof setTimeout>>();
  const listeners = new Set<() => void>();
  let told = { conversation: '', at: 0 };

  function notify(): void {
    listeners.forEach((listener) => listener());
  }

  /** The message is there, or no further frame has come. */
  function stopped(conversation: string): void {
    if (!typing.has(conversation)) return;
    clearTimeout(typing.get(conversation));
    typing.delete(conversation);
    notify();
  }

  return {
    started(conversation: string): void {
      clearTimeout(typing.get(conversation));
      typing.set(
        conversation,
        setTimeout(() => stopped(conversation), FRESH_MS),
      );
      notify();
    },
    stopped,
    isTyping: (conversation: string): boolean => typing.has(conversation),
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Is it time to tell again that I am typing? */
    mayTell(conversation: string, now = Date.now()): boolean {
      if (told.conversation === conversation && now - told.at < TOLD_MS) return false;
      told = { conversation, at: now };
      return true;
    },
  };
}
