import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon.tsx';
import styles from './Diff.module.css';

export interface DiffLine {
  name: string;
  /** `null` when there was no earlier version: then nothing is "changed". */
  before: ReactNode | null;
  now: ReactNode;
  changed: boolean;
}

interface Props {
  lines: readonly DiffLine[];
  /** Heads of the two columns: "내 제안", "새 제안". */
  before: string;
  now: string;
}

/** What changed stands first and is described in words; the rest is folded: "그대로인 조건 3개". */
export function Diff({ lines, before, now }: Props) {
  const { t } = useTranslation();
  const changed = lines.filter((line) => line.changed);
  const same = lines.filter((line) => !line.changed);
  return (
    <div>
      {changed.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">
                <span className={styles.hidden}>{t('diff.term')}</span>
              </th>
              <th scope="col">{before}</th>
              <th scope="col" className={styles.nowHead}>
                {now}
              </th>
            </tr>
          </thead>
          <tbody>
            {changed.map((line) => (
              <tr key={line.name}>
                <th scope="row">{line.name}</th>
                <td className={styles.before}>
                  <del>{line.before}</del>
                </td>
                <td className={styles.now}>
                  {line.now} <small>{t('diff.changed')}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {same.length > 0 && (
        <details className={styles.same}>
          <summary>
            {t('diff.same', { count: same.length })}
            <Icon name="down" size={16} />
          </summary>
          <Terms lines={same.map((line) => ({ name: line.name, value: line.now }))} />
        </details>
      )}
    </div>
  );
}

/** Name and value under each other, as a description list. */
export function Terms({ lines }: { lines: readonly { name: string; value: ReactNode }[] }) {
  return (
    <dl className={styles.terms}>
      {lines.map((line) => (
        <div key={line.name} className={styles.term}>
          <dt>{line.name}</dt>
          <dd>{line.value}</dd>
        </div>
      ))}
    </dl>
  );
}
