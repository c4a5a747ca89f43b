import type { ReactNode } from 'react';
import { Link, type To } from 'react-router';
import styles from './ListRow.module.css';

interface Props {
  /** An `Avatar`, or nothing for a list of one's own things. */
  start?: ReactNode;
  /** The name of the row; marks are allowed inside. */
  title: ReactNode;
  /** "도윤님 · 우리 동네" */
  who?: ReactNode;
  /** "60분 · 만나서 · 화·목 저녁" */
  facts?: ReactNode;
  /** Tags under the facts. */
  tags?: ReactNode;
  /** A `HourRing`, a time or a chip. */
  end?: ReactNode;
  /** The whole row is the link; `end` may still hold a control of its own. */
  to?: To;
  /** 2 where the list stands right under the title of the page, without a section of its own. */
  level?: 2 | 3;
  /** Written by people in this language. */
  lang?: string;
}

/** avatar · three lines · ring. Put them into `List`. */
export function ListRow({ start, title, who, facts, tags, end, to, level = 3, lang }: Props) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <li className={styles.row} data-start={start !== undefined}>
      {start}
      <div className={styles.text}>
        <Heading className={styles.title} lang={lang}>
          {to === undefined ? (
            title
          ) : (
            <Link className={styles.link} to={to}>
              {title}
            </Link>
          )}
        </Heading>
        {who !== undefined && <p className={styles.line}>{who}</p>}
        {facts !== undefined && <p className={styles.line}>{facts}</p>}
        {tags !== undefined && <div className={styles.tags}>{tags}</div>}
      </div>
      {end !== undefined && <div className={styles.end}>{end}</div>}
    </li>
  );
}

export function List({ children, label }: { children: ReactNode; label?: string }) {
  return (
    // Safari forgets the role of a list without bullets.
    <ul role="list" {...(label === undefined ? {} : { 'aria-label': label })}>
      {children}
    </ul>
  );
}
