import styles from './Logo.module.css';

/** dojob, whose first o is an hour. */
export function Logo() {
  return (
    <span className={styles.logo} aria-hidden="true">
      d
      <svg className={styles.ring} viewBox="0 0 20 20" width="17" height="17">
        <circle className={styles.track} cx="10" cy="10" r="7.5" />
        <path className={styles.arc} d="M10 2.5a7.5 7.5 0 1 1-7.5 7.5" />
      </svg>
      <span>job</span>
    </span>
  );
}
