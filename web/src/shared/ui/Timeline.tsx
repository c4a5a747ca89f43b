import type { ReactNode } from 'react';
import { useFormat } from '#/shared/format/useFormat.ts';
import styles from './Timeline.module.css';

interface Entry {
  key: string;
  text: ReactNode;
  at: string;
  /** Waits for an answer: the dot is kaki. */
  open?: boolean;
}

/** What happened, newest first. */
export function Timeline({ entries, now }: { entries: readonly Entry[]; now: Date }) {
  const format = useFormat();
  return (
    <ol className={styles.timeline}>
      {entries.map((entry) => (
        <li key={entry.key} className={styles.entry} data-open={entry.open ?? false}>
          <span className={styles.text}>{entry.text}</span>
          <time className={styles.at} dateTime={entry.at}>
            {format.stamp(entry.at, now)}
          </time>
        </li>
      ))}
    </ol>
  );
}
