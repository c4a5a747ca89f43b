import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import styles from './Starting.module.css';

/** Before the first screen's code has arrived. */
export function Starting() {
  return (
    <div className={styles.starting}>
      <SkeletonPage />
    </div>
  );
}
