import { useTranslation } from 'react-i18next';
import type { ListingRow } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { Marked } from '#/shared/ui/Marked.tsx';

interface Props {
  rows: readonly ListingRow[];
  label: string;
  /** The 동 looked from: listings there show "우리 동네"; without it the 시·군 stands beside the 동. */
  from: string | null;
  /** On a person's page the owner is known. */
  ofOne?: boolean;
}

export function Listings({ rows, label, from, ofOne = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();

  function where(row: ListingRow): string {
    if (row.mode === 'online') return t('mode.online');
    if (from === null) return `${row.region.short} ${row.region.name}`.trim();
    return format.distance(row.region, row.distance_km, row.region.code === from);
  }

  return (
    <List label={label}>
      {rows.map((row) => {
        const name = row.by.name ?? t('person.gone');
        const facts = [format.minutes(row.minutes), t(`mode.${row.mode}`)];
        if (row.times.length > 0) facts.push(format.times(row.times));
        return (
          <ListRow
            key={row.id}
            to={paths.listing(row.kind, row.id)}
            {...(ofOne ? {} : { start: <Avatar id={row.by.id} name={name} /> })}
            title={<Marked text={row.title} marks={row.title_marks} />}
            who={
              ofOne
                ? where(row)
                : `${row.by.name === null ? name : t('person.name', { name })} · ${where(row)}`
            }
            facts={facts.join(' · ')}
            end={<HourRing minutes={row.minutes} />}
          />
        );
      })}
    </List>
  );
}
