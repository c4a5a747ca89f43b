import type { ReactNode } from 'react';

/** A text with its found parts marked: [start, end) in UTF-16 code units, ascending, as the API gives them. */
export function Marked({
  text,
  marks,
}: {
  text: string;
  marks: readonly (readonly [number, number])[] | null | undefined;
}) {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const [start, end] of marks ?? []) {
    if (start < from || end <= start) continue;
    parts.push(text.slice(from, start), <mark key={start}>{text.slice(start, end)}</mark>);
    from = end;
  }
  parts.push(text.slice(from));
  return <>{parts}</>;
}
