import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '#/api/types.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { useComposerDraft } from '../composerDraft.ts';
import { linesOf } from '../lines.ts';
import { chat } from '../live/tab.ts';
import type { Thread as ThreadData } from '../live/thread.ts';
import { useOlder, useTyping, useUnsent } from '../queries.ts';
import { useStickToBottom } from '../useStickToBottom.ts';
import { Composer } from './Composer.tsx';
import { Lines } from './Lines.tsx';
import styles from './Thread.module.css';

interface Props {
  conversation: Conversation;
  thread: ThreadData;
  me: string;
  who: string;
  /** Nobody would read what is written. */
  gone: boolean;
}

/** Messages, events, and the field to write in. */
export function Thread({ conversation, thread, me, who, gone }: Props) {
  const { t } = useTranslation(['chat', 'common']);
  const { id } = conversation;
  const now = useNow();
  const unsent = useUnsent(id);
  const typing = useTyping(id);
  const older = useOlder(id);
  const [text, setText] = useComposerDraft(id);
  const field = useRef<HTMLTextAreaElement>(null);

  const first = thread.items[0]?.seq ?? null;
  const last = thread.items.at(-1)?.seq ?? 0;
  const { scroller, content, atEnd, toEnd } = useStickToBottom(first, () => {
    if (thread.more && older.state === 'idle') void older.load();
  });
  const visible = useVisible();
  const newer = useNewer(thread, me, atEnd && visible);
  const otherRead = conversation.other_read_seq;
  const lines = useMemo(
    () => linesOf(thread.items, unsent, me, otherRead),
    [thread.items, unsent, me, otherRead],
  );

  // Only what is visible on screen counts as read.
  useEffect(() => {
    if (visible && atEnd && last > 0) chat.readUpTo(id, last);
  }, [id, visible, atEnd, last]);

  useLayoutEffect(() => toEnd(), [toEnd]);

  function send(written: string): void {
    chat.outbox.add(id, written);
    setText('');
    toEnd();
  }

  function edit(clientId: string): void {
    const taken = unsent.find((entry) => entry.client_id === clientId);
    if (taken === undefined) return;
    chat.outbox.remove(clientId);
    setText(text === '' ? taken.text : `${taken.text}\n${text}`);
    field.current?.focus();
  }

  return (
    <>
      <div className={styles.room}>
        {/* Focusable, so that it can be scrolled with the keyboard. */}
        <div
          ref={scroller}
          className={styles.scroller}
          role="log"
          aria-label={t('one.log', { who })}
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
        >
          <div ref={content} className={styles.content}>
            {older.state === 'failed' && (
              <p className={styles.older}>
                {t('one.older')}
                <Button kind="text" size="small" onClick={() => void older.load()}>
                  {t('common:act.retry')}
                </Button>
              </p>
            )}
            {lines.length === 0 && <p className={styles.empty}>{t('one.empty')}</p>}
            <ul role="list" className={styles.lines}>
              <Lines
                lines={lines}
                me={me}
                who={who}
                listing={conversation.listing.kind}
                now={now}
                onAgain={chat.outbox.retry}
                onEdit={edit}
              />
            </ul>
            <p className={styles.typing} aria-live="off">
              {typing && t('one.typing', { who })}
            </p>
          </div>
        </div>
        {!atEnd && (
          <button type="button" className={styles.jump} data-new={newer > 0} onClick={() => toEnd(true)}>
            {newer > 0 ? t('one.new', { count: newer }) : <span>{t('one.newest')}</span>}
            <Icon name="down" size={18} />
          </button>
        )}
      </div>
      {gone ? (
        <p className={styles.over}>{t('one.gone')}</p>
      ) : (
        <Composer
          text={text}
          field={field}
          onText={(next) => {
            setText(next);
            if (next.trim() !== '') chat.tellTyping(id);
          }}
          onSend={send}
        />
      )}
    </>
  );
}

/** How many of the other's have come since the end was last in view. */
function useNewer(thread: ThreadData, me: string, seen: boolean): number {
  const last = thread.items.at(-1)?.seq ?? 0;
  const [mark, setMark] = useState(last);
  if (seen && mark !== last) setMark(last);
  if (seen) return 0;
  return thread.items.filter(
    ({ seq, sender_id, system }) => seq > mark && (sender_id ?? system?.actor_id ?? null) !== me,
  ).length;
}

function useVisible(): boolean {
  return useSyncExternalStore(
    (listener) => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    () => document.visibilityState === 'visible',
  );
}
