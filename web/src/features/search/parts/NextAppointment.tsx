import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { EngagementRow } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useListingTitle } from '#/shared/format/useListingTitle.ts';
import { paths } from '#/shared/paths.ts';
import { Card } from '#/shared/ui/Card.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { Small } from '#/shared/ui/Stack.tsx';
import styles from './NextAppointment.module.css';

export function NextAppointment({ row, now }: { row: EngagementRow; now: Date }) {
  const { t } = useTranslation(['search', 'common']);
  const format = useFormat();
  const { terms } = row;
  const title = useListingTitle()(row.listing.title);
  const where = terms.mode === 'online' ? t('common:mode.online') : terms.place;
  const minutes = t('common:ring.agreed', { minutes: terms.minutes });
  return (
    <Link className={styles.link} to={paths.engagement(row.id)}>
      <Card row>
        <div>
          <Small tone="pine">
            <time dateTime={terms.starts_at}>{format.soon(terms.starts_at, now) + format.zoneNote()}</time>
          </Small>
          <h3>{title}</h3>
          <Small>
            {[t('next.with', { name: row.other.name ?? t('common:person.gone') }), where]
              .filter((part) => part !== '')
              .join(' · ')}
          </Small>
        </div>
        <HourRing minutes={terms.minutes} state="agreed" size={52} label={minutes} />
      </Card>
    </Link>
  );
}
