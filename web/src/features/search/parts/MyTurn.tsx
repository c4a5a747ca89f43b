import { useTranslation } from 'react-i18next';
import type { EngagementRow } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useListingTitle } from '#/shared/format/useListingTitle.ts';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Small } from '#/shared/ui/Stack.tsx';
import styles from './MyTurn.module.css';

interface Props {
  rows: readonly EngagementRow[];
  now: Date;
}

/** What waits for me, one card. The first proposal has the screen's one filled button. */
export function MyTurn({ rows, now }: Props) {
  const { t } = useTranslation(['search', 'common']);
  const format = useFormat();
  const titleOf = useListingTitle();
  const main = rows[0]?.turn === 'answer' ? rows[0].id : null;

  function sentence(row: EngagementRow): string {
    const name = row.other.name ?? t('common:person.gone');
    switch (row.turn) {
      case 'answer':
        if (row.terms.version > 1) return t('turn.countered', { name });
        return t(row.listing.kind === 'talent' ? 'turn.proposed' : 'turn.offered', { name });
      case 'adjust':
        return t('turn.adjust', { name });
      case 'agree_did_not_take_place':
        return t('turn.agree', { name });
      default:
        return t('turn.outcome');
    }
  }

  function note(row: EngagementRow): string {
    const about = titleOf(row.listing.title);
    if (row.turn === 'answer' && row.expires_at !== null)
      return t('turn.until', { title: about, time: format.soon(row.expires_at, now) });
    return `${about} · ${format.ago(row.terms.ends_at, now)}`;
  }

  return (
    <Card flush>
      <ul role="list">
        {rows.map((row) => (
          <li key={row.id} className={styles.row} data-main={row.id === main}>
            <Avatar id={row.other.id} name={row.other.name ?? '·'} />
            <div className={styles.text}>
              <h3>{sentence(row)}</h3>
              <Small>{note(row)}</Small>
            </div>
            <ButtonLink
              kind={row.id === main ? 'main' : 'quiet'}
              size={row.id === main ? 'main' : 'small'}
              wide={row.id === main}
              to={row.turn === 'outcome' ? paths.outcome(row.id) : paths.engagement(row.id)}
            >
              {t(row.turn === 'answer' ? 'turn.see' : row.turn === 'outcome' ? 'turn.tell' : 'turn.answer')}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}
