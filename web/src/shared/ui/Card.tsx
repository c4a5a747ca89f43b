import type { ReactNode } from 'react';
import styles from './Card.module.css';

interface Props {
  children: ReactNode;
  /** plain = surface with a hairline; pine/kaki/sky/bad = a soft ground with a meaning; dashed = an invitation. */
  tone?: 'plain' | 'pine' | 'kaki' | 'sky' | 'bad' | 'dashed';
  /** Without padding, for a table or a list that brings its own. */
  flush?: boolean;
  /** Children side by side, centred, 14 px apart. */
  row?: boolean;
  role?: 'status' | 'alert';
}

export function Card({ children, tone = 'plain', flush = false, row = false, role }: Props) {
  return (
    <div className={styles.card} data-tone={tone} data-flush={flush} data-row={row} role={role}>
      {children}
    </div>
  );
}
