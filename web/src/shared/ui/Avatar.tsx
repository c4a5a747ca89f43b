import { hueOf, initialOf } from './avatarLook.ts';
import styles from './Avatar.module.css';

/** The first letter of the name on a hue that follows from the id. Decorative: the name stands beside it. */
export function Avatar({ id, name, size = 44 }: { id: string; name: string; size?: 36 | 44 | 48 | 72 }) {
  return (
    <span className={styles.avatar} data-hue={hueOf(id)} data-size={size} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}
