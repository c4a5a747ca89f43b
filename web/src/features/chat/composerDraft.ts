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

function write(id: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(PREFIX + id);
    else sessionStorage.setItem(PREFIX + id, text);
  } catch {
    // A full or forbidden storage costs the draft, never the page.
  }
}

/** Puts a text before what is being written in a conversation. */
export function continueInChat(id: string, text: string): void {
  const begun = read(id);
  write(id, begun === '' ? text : `${text}\n${begun}`);
}

/** What is being written in a conversation; it is there again after a look elsewhere. */
export function useComposerDraft(id: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => read(id));
  return [
    text,
    (next) => {
      setText(next);
      write(id, next);
    },
  ];
}
