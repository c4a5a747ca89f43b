import { useTranslation } from 'react-i18next';
import type { EngagementRow } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useListingTitle } from '#/shared/format/useListingTitle.ts';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { Tag } from '#/shared/ui/Tag.tsx';
import { isOver, ringOf } from '../story.ts';

interface Props {
  rows: readonly EngagementRow[];
  label: string;
  now: Date;
}

/** Who, when, and how it stands in one word. */
export function Rows({ rows, label, now }: Props) {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const titleOf = useListingTitle();

  function stands(row: EngagementRow): { tone: 'pine' | 'kaki' | 'plain'; text: string } {
    const { state, turn } = row;
    const until = row.expires_at === null ? '' : format.soon(row.expires_at, now) + format.zoneNote();
    const day = row.deadline === null ? '' : format.shortDate(row.deadline, now);
    if (turn === 'answer') return { tone: 'kaki', text: t('tag.answer', { time: until }) };
    if (turn === 'outcome') return { tone: 'kaki', text: t('tag.outcome') };
    if (turn === 'adjust') return { tone: 'kaki', text: t('tag.adjust') };
    if (turn === 'agree_did_not_take_place') return { tone: 'kaki', text: t('tag.agree') };
    if (row.hold !== null) return { tone: 'plain', text: t('tag.on_hold') };
    switch (state) {
      case 'proposed':
        return { tone: 'plain', text: t('tag.waits', { time: until }) };
      case 'awaiting_outcome':
        return { tone: 'plain', text: t('tag.waits', { time: day }) };
      case 'scheduled':
      case 'in_progress':
      case 'completed':
        return { tone: 'pine', text: t(`tag.${state}`) };
      default:
        return { tone: 'plain', text: t(`tag.${state}`) };
    }
  }

  return (
    <List label={label}>
      {rows.map((row) => {
        const name = row.other.name ?? t('common:person.gone');
        const ring = ringOf(row);
        const tag = stands(row);
        const { terms } = row;
        const when = isOver(row.state)
          ? format.date(terms.starts_at, now)
          : format.soon(terms.starts_at, now) + format.zoneNote();
        const where = terms.mode === 'online' ? t('common:mode.online') : terms.place;
        return (
          <ListRow
            level={2}
            key={row.id}
            to={row.turn === 'outcome' ? paths.outcome(row.id) : paths.engagement(row.id)}
            start={<Avatar id={row.other.id} name={name} />}
            title={titleOf(row.listing.title)}
            who={[row.other.name === null ? name : t('common:person.name', { name }), when].join(' · ')}
            facts={[format.minutes(ring.minutes), where].filter((part) => part !== '').join(' · ')}
            tags={<Tag tone={tag.tone}>{tag.text}</Tag>}
            end={<HourRing minutes={ring.minutes} state={ring.state} />}
          />
        );
      })}
    </List>
  );
}
