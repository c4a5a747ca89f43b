import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ConversationList } from './ConversationList.tsx';
import styles from './Pane.module.css';

/** How far the list was scrolled: it stays there from one screen with the pane to the next. */
let top = 0;

/** The list beside a conversation, from 1200 px. */
export function Pane({ current }: { current?: string }) {
  const { t } = useTranslation('chat');
  // The frame of the pane, which scrolls (Screen).
  const pane = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const node = pane.current;
    if (node === null) return undefined;
    node.scrollTop = top;
    const keep = () => {
      top = node.scrollTop;
    };
    node.addEventListener('scroll', keep, { passive: true });
    return () => node.removeEventListener('scroll', keep);
  }, []);
  return (
    <section
      ref={(node) => {
        pane.current = node?.parentElement ?? null;
      }}
      aria-label={t('list.label')}
    >
      <p className={styles.title} aria-hidden="true">
        {t('list.title')}
      </p>
      <ConversationList pane={pane} {...(current === undefined ? {} : { current })} />
    </section>
  );
}
