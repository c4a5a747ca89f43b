import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Skeleton.module.css';

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

/**
 * Wraps a custom skeleton and announces "불러오고 있어요" to screen readers. It takes its room at once, so that nothing jumps,
 * and is seen after 150 ms: an answer that is quicker than that needs no skeleton.
 */
export function Loading({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" className={styles.late}>
      <span className={styles.spoken}>{t('state.loading')}</span>
      {children}
    </div>
  );
}
