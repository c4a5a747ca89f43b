import { useEffect, useRef, useSyncExternalStore } from 'react';
import { currentToast, dismissToast, subscribeToast } from './toastStore.ts';
import styles from './Toasts.module.css';

const STAYS_MS = 5_000;

/**
 * Once in the shell. A manual popover, because only the top layer lies above an open sheet; a browser without popovers shows it below,
 * and speaks it all the same.
 */
export function Toasts() {
  const shown = useSyncExternalStore(subscribeToast, currentToast);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const node = box.current;
    if (node === null || shown === null) return undefined;
    if ('showPopover' in node) node.showPopover();
    const timer = setTimeout(() => dismissToast(shown.id), STAYS_MS);
    return () => {
      clearTimeout(timer);
      if ('hidePopover' in node) node.hidePopover();
    };
  }, [shown]);

  return (
    <>
      <div className={styles.spoken} role="status">
        {shown?.text}
      </div>
      <div ref={box} popover="manual" className={styles.toast} data-shown={shown !== null}>
        <span aria-hidden="true">{shown?.text}</span>
        {shown?.act !== undefined && (
          <button
            type="button"
            className={styles.act}
            onClick={() => {
              shown.act?.run();
              dismissToast(shown.id);
            }}
          >
            {shown.act.label}
          </button>
        )}
      </div>
    </>
  );
}
