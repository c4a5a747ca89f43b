import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalText } from '#/api/problem/problemText.ts';
import type { ListingKind } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { Hidden } from '#/shared/ui/Stack.tsx';
import { langOf } from '../langOf.ts';
import type { Line, MessageLine } from '../lines.ts';
import type { Refused } from '../live/idbStore.ts';
import { useSystemLabel } from '../labels.ts';
import styles from './Lines.module.css';

interface Props {
  lines: readonly Line[];
  me: string;
  who: string;
  listing: ListingKind;
  now: Date;
  onAgain: (clientId: string) => void;
  onEdit: (clientId: string) => void;
}

export function Lines({ lines, me, who, listing, now, onAgain, onEdit }: Props) {
  const format = useFormat();
  const words = useSystemLabel(now);
  const { t } = useTranslation('chat');
  return lines.map((line) => {
    switch (line.kind) {
      case 'day':
        return (
          <li key={line.key} className={styles.day}>
            <time dateTime={line.at}>{format.dayDivider(line.at, now)}</time>
          </li>
        );
      case 'system':
        return (
          <li key={line.key} className={styles.system} data-seq={line.seq}>
            {words(line.system, { me, who, listing })}
          </li>
        );
      case 'gone':
        return (
          <li key={line.key} className={styles.system} data-seq={line.seq}>
            {t('line.gone')}
          </li>
        );
      case 'message':
        return <Bubble key={line.key} line={line} who={who} onAgain={onAgain} onEdit={onEdit} />;
    }
  });
}

type BubbleProps = Pick<Props, 'who' | 'onAgain' | 'onEdit'> & { line: MessageLine };

function Bubble({ line, who, onAgain, onEdit }: BubbleProps) {
  const { t } = useTranslation('chat');
  const { mine, text, first, told, seq } = line;
  return (
    <li
      className={styles.message}
      data-mine={mine}
      data-first={first}
      data-delivery={line.delivery}
      {...(seq === null ? {} : { 'data-seq': seq })}
    >
      <p className={styles.bubble}>
        <Hidden>{`${mine ? t('one.me') : who}: `}</Hidden>
        <span {...langOf(text)}>{text}</span>
      </p>
      {told && <Told line={line} onAgain={onAgain} onEdit={onEdit} />}
    </li>
  );
}

/** The sentence of a refusal. */
function Why(why: Refused) {
  // Its words are fetched with the first one; the message stays on screen meanwhile.
  useTranslation('problems', { useSuspense: false });
  return <span className={styles.why}>{refusalText(why)}</span>;
}

/** 보내는 중 · 시각 · 읽음 · 보내지 못했어요 */
function Told({ line, onAgain, onEdit }: Omit<BubbleProps, 'who'>) {
  const { t } = useTranslation('chat');
  const format = useFormat();
  const { delivery, why, at, clientId } = line;
  if ((delivery === 'unanswered' || delivery === 'refused') && clientId !== null)
    return (
      <div className={styles.unsent}>
        <span role="status">
          {t('fate.unsent')}
          {why !== null && <Why {...why} />}
        </span>
        {/* The same text would be refused again. */}
        {!why?.code.startsWith('text.') && (
          <button type="button" className={styles.act} onClick={() => onAgain(clientId)}>
            {t('fate.again')}
          </button>
        )}
        {delivery === 'refused' && (
          <button type="button" className={styles.act} onClick={() => onEdit(clientId)}>
            {t('fate.edit')}
          </button>
        )}
      </div>
    );
  return (
    <p className={styles.told}>
      {delivery === 'sending' ? (
        t('fate.sending')
      ) : (
        <Fragment>
          {delivery === 'read' && `${t('fate.read')} · `}
          <time dateTime={at}>{format.clock(at)}</time>
        </Fragment>
      )}
    </p>
  );
}
