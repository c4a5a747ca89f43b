import type { ReactNode } from 'react';
import styles from './Tag.module.css';

/** pine = yes, done · kaki = your turn, changed · sky = a neutral fact · plain = no colour. */
export function Tag({
  tone = 'plain',
  children,
}: {
  tone?: 'pine' | 'kaki' | 'sky' | 'plain';
  children: ReactNode;
}) {
  return (
    <span className={styles.tag} data-tone={tone}>
      {children}
    </span>
  );
}
