import type { ReactNode } from 'react';
import styles from './SheetFoot.module.css';

/** What is chosen, what was refused and the act, under each other. */
export function SheetFoot({ children }: { children: ReactNode }) {
  return <div className={styles.foot}>{children}</div>;
}
