import { Link, type To } from 'react-router';
import type { ReactNode } from 'react';
import styles from './Tabs.module.css';

interface Tab {
  to: To;
  label: string;
  current: boolean;
  count?: number | undefined;
}

/** Two or three views of one list. The URL is their state, so they are links. */
export function Tabs({ label, tabs, end }: { label: string; tabs: readonly Tab[]; end?: ReactNode }) {
  return (
    <div className={styles.bar}>
      <nav className={styles.tabs} aria-label={label}>
        {tabs.map((tab) => (
          <Link
            key={tab.label}
            className={styles.tab}
            to={tab.to}
            replace
            preventScrollReset
            aria-current={tab.current ? 'page' : undefined}
            data-on={tab.current}
          >
            {tab.label}
            {tab.count !== undefined && tab.count > 0 && <span className={styles.count}>{tab.count}</span>}
          </Link>
        ))}
      </nav>
      {end}
    </div>
  );
}
