/** Who is typing where, as it is heard; a word about it is good for a few seconds only. */
const FRESH_MS = 5_000;
/** The other is told at most this often; the server allows one word in two seconds. */
const TOLD_MS = 2_500;

const typing = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

function tell(): void {
  listeners.forEach((listener) => listener());
}

export function heardTyping(conversation: string): void {
  clearTimeout(typing.get(conversation));
  typing.set(
    conversation,
    setTimeout(() => stoppedTyping(conversation), FRESH_MS),
  );
  tell();
}

/** The message is there, or nothing more was heard. */
export function stoppedTyping(conversation: string): void {
  if (!typing.has(conversation)) return;
  clearTimeout(typing.get(conversation));
  typing.delete(conversation);
  tell();
}

export function isTyping(conversation: string): boolean {
  return typing.has(conversation);
}

export function subscribeTyping(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let told = { conversation: '', at: 0 };

/** Is it time to say again that I am typing? */
export function mayTell(conversation: string, now = Date.now()): boolean {
  if (told.conversation === conversation && now - told.at < TOLD_MS) return false;
  told = { conversation, at: now };
  return true;
}
