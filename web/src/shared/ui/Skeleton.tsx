import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Skeleton.module.css';

/** Renders its children only after 150 ms: an answer that is quicker than that needs no skeleton. */
export function Delayed({ children, ms = 150 }: { children: ReactNode; ms?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late ? children : null;
}

/** Grey in the place of what comes. Give it the real layout's sizes, or the page will jump. */
export function Bone({
  shape = 'line',
  width = 'full',
}: {
  shape?: 'line' | 'title' | 'disc' | 'ring' | 'card' | 'button';
  width?: 'full' | 'long' | 'half' | 'short';
}) {
  return <span className={styles.bone} data-shape={shape} data-width={width} aria-hidden="true" />;
}

/** The skeleton of a list of `ListRow`s. */
export function SkeletonList({ rows = 5 }: { rows?: number }) {
  return (
    <Loading>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles.row}>
          <Bone shape="disc" />
          <span className={styles.lines}>
            <Bone width="long" />
            <Bone width="half" />
            <Bone width="half" />
          </span>
          <Bone shape="ring" />
        </div>
      ))}
    </Loading>
  );
}

/** The skeleton of a detail page: title, person, text, card. */
export function SkeletonPage() {
  return (
    <Loading>
      <div className={styles.page}>
        <Bone shape="title" width="long" />
        <div className={styles.row}>
          <Bone shape="disc" />
          <span className={styles.lines}>
            <Bone width="short" />
            <Bone width="half" />
          </span>
        </div>
        <Bone />
        <Bone />
        <Bone width="long" />
        <Bone shape="card" />
      </div>
    </Loading>
  );
}

/** Wraps a skeleton of one's own: waits 150 ms and says "불러오고 있어요" to readers. */
export function Loading({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true">
      <Delayed>
        <span className={styles.spoken}>{t('state.loading')}</span>
        {children}
      </Delayed>
    </div>
  );
}
