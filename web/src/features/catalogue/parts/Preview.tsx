import { useTranslation } from 'react-i18next';
import type { MemberCard } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { Small, Stack, Written } from '#/shared/ui/Stack.tsx';
import type { ListingDraft } from '../draft.ts';

/** As neighbours will see it: the line in a list, then what stands on its page. */
export function Preview({ draft, by }: { draft: ListingDraft; by: Pick<MemberCard, 'id' | 'name'> | null }) {
  const { t } = useTranslation(['catalogue', 'common']);
  const format = useFormat();
  const minutes = Number(draft.minutes);
  const facts = [format.minutes(minutes), t(`common:mode.${draft.mode}`)];
  if (draft.times.length > 0) facts.push(format.times(draft.times));
  const name = by?.name ?? null;
  const where = draft.mode === 'online' ? t('common:mode.online') : draft.place?.name;
  const who = [name === null ? null : t('common:person.name', { name }), where].filter(Boolean).join(' · ');
  return (
    <Stack gap={2}>
      <List label={t('preview.title')}>
        <ListRow
          {...(name === null ? {} : { start: <Avatar id={by?.id ?? ''} name={name} /> })}
          title={draft.title.trim() === '' ? t('preview.untitled') : draft.title}
          who={who}
          facts={facts.join(' · ')}
          end={<HourRing minutes={minutes} />}
        />
      </List>
      {draft.body.trim() === '' ? <Small>{t('preview.empty')}</Small> : <Written>{draft.body}</Written>}
      <Card>
        <Stack gap={1}>
          <Small>{`${t('field.times')}: ${format.times(draft.times)}`}</Small>
          <Small>{`${t('field.bring')}: ${draft.bring.trim() === '' ? t('preview.nothing') : draft.bring}`}</Small>
          {draft.category !== null && <Small>{t(`common:category.${draft.category}`)}</Small>}
        </Stack>
      </Card>
    </Stack>
  );
}
