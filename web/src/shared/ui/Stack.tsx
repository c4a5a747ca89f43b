import type { ReactNode } from 'react';
import styles from './Stack.module.css';

/** A part of a page: heading, an optional link or count at its right, content; 32 px above. */
export function Section({
  title,
  end,
  children,
}: {
  title: ReactNode;
  end?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2>{title}</h2>
        {end !== undefined && <div className={styles.end}>{end}</div>}
      </div>
      {children}
    </section>
  );
}

/** Children under each other at one of five distances (0 = lines of one thing). */
export function Stack({ gap = 2, children }: { gap?: 0 | 1 | 2 | 3 | 4; children: ReactNode }) {
  return (
    <div className={styles.stack} data-gap={gap}>
      {children}
    </div>
  );
}

/** Children side by side, centred; `between` pushes the last one to the right. */
export function Row({
  children,
  between = false,
  wrap = false,
}: {
  children: ReactNode;
  between?: boolean;
  wrap?: boolean;
}) {
  return (
    <div className={styles.row} data-between={between} data-wrap={wrap}>
      {children}
    </div>
  );
}

/** Secondary text, 13 px. */
export function Small({ children, tone = 'ink2' }: { children: ReactNode; tone?: 'ink2' | 'pine' | 'kaki' }) {
  return (
    <p className={styles.small} data-tone={tone}>
      {children}
    </p>
  );
}

/** What a person wrote: keeps its line breaks, carries its language. */
export function Written({ children, lang }: { children: string; lang?: string }) {
  return (
    <p className={styles.written} lang={lang}>
      {children}
    </p>
  );
}

/** For readers only. */
export function Hidden({ children }: { children: ReactNode }) {
  return <span className={styles.hidden}>{children}</span>;
}
