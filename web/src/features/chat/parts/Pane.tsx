import { useTranslation } from 'react-i18next';
import { ConversationList } from './ConversationList.tsx';
import styles from './Pane.module.css';

/** The list beside a conversation, from 1200 px. */
export function Pane({ current }: { current?: string }) {
  const { t } = useTranslation('chat');
  return (
    <section aria-label={t('list.label')}>
      <p className={styles.title} aria-hidden="true">
        {t('list.title')}
      </p>
      <ConversationList {...(current === undefined ? {} : { current })} />
    </section>
  );
}
