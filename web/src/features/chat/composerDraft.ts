import { useState } from 'react';

// The prefix of all drafts: another person who logs in finds none of them.
const PREFIX = 'dojob.draft:chat:';

function read(id: string): string {
  try {
    return sessionStorage.getItem(PREFIX + id) ?? '';
  } catch {
    return '';
  }
}

/** What is being written in a conversation; it is there again after a look elsewhere. */
export function useComposerDraft(id: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => read(id));
  return [
    text,
    (next) => {
      setText(next);
      try {
        if (next === '') sessionStorage.removeItem(PREFIX + id);
        else sessionStorage.setItem(PREFIX + id, next);
      } catch {
        // A full or forbidden storage costs the draft, never the page.
      }
    },
  ];
}
