import { useTranslation } from 'react-i18next';
import type { Relaxation } from '#/api/types.ts';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Section } from '#/shared/ui/Stack.tsx';
import { useFew } from '../queries.ts';
import { isNarrowed, NOTHING, REACHES, type DesiredTerms } from '../desiredTerms.ts';
import { useReachLabel } from './Filters.tsx';
import { Listings } from '#/features/catalogue/index.ts';

interface Props {
  desired: DesiredTerms;
  relax: readonly Relaxation[];
  onDesired: (change: Partial<DesiredTerms>) => void;
  place: { code: string; name: string } | null;
}

/** Never an end: what to let go of, with how much there is then; or the nearest, then those online. */
export function NothingFound({ desired, relax, onDesired, place }: Props) {
  const { t } = useTranslation('search');
  const reachLabel = useReachLabel();
  const narrowed = isNarrowed(desired);
  const talent = desired.kind === 'talent';

  function change(one: Relaxation): Partial<DesiredTerms> {
    if (one.kind === 'reach') return { reach: REACHES.find((reach) => reach === String(one.value)) ?? 'all' };
    return one.kind === 'q' ? { q: '' } : { [one.kind]: null };
  }

  function act(one: Relaxation): string {
    const count = countOf(one);
    if (one.kind !== 'reach') return t(`relax.${one.kind}`, { count });
    const { reach = 'all' } = change(one);
    return reach === 'all' || reach === null
      ? t('relax.reachAll', { count })
      : t('relax.reach', { reach: reachLabel(reach), count });
  }

  function widen(one: Relaxation): string {
    const count = countOf(one);
    const { reach = 'all' } = change(one);
    return reach === 'all' || reach === null
      ? t('none.widenAll', { count })
      : t('none.widen', { reach: reachLabel(reach), count });
  }

  const q = desired.q.trim();
  const none =
    q !== ''
      ? t(talent ? 'none.talentFor' : 'none.needFor', { q })
      : narrowed
        ? t(talent ? 'none.talent' : 'none.need')
        : place === null
          ? t('none.anywhere')
          : t(talent ? 'none.talentHere' : 'none.needHere', { place: place.name });
  const reach = relax.find((one) => one.kind === 'reach');
  // What would help most is written in words, the rest stands on the buttons.
  const more = reach !== undefined ? widen(reach) : narrowed && talent ? t('none.ask') : '';
  return (
    <>
      <EmptyState title={relax.length === 0 && narrowed ? t('none.atAll') : `${none} ${more}`.trim()}>
        {relax.map((one) => (
          <Button key={one.kind} size="small" onClick={() => onDesired(change(one))}>
            {act(one)}
          </Button>
        ))}
        {talent && (narrowed || place !== null) && (
          <ButtonLink size="small" to={paths.postListing(narrowed ? 'need' : 'talent')}>
            {t(narrowed ? 'act.postNeed' : 'act.postTalent')}
          </ButtonLink>
        )}
        {!talent && (
          <ButtonLink size="small" to={paths.postListing('need')}>
            {t('act.postNeed')}
          </ButtonLink>
        )}
      </EmptyState>
      {!narrowed && place !== null && <Nearest kind={desired.kind} region={place.code} />}
    </>
  );
}

/** The server stops counting at a hundred. */
function countOf({ count }: Relaxation): string {
  return count >= 100 ? '100+' : String(count);
}

/** Of an empty neighbourhood: the nearest five, however far, then those that need no way. */
function Nearest({ kind, region }: { kind: DesiredTerms['kind']; region: string }) {
  const { t } = useTranslation('search');
  const near = useFew({ ...NOTHING, kind, reach: 'all', sort: 'near', mode: 'in_person' }, region, 5);
  const online = useFew({ ...NOTHING, kind, mode: 'online' }, region, 5);
  const shown = new Set(near.data?.items.map((row) => row.id));
  const rest = online.data?.items.filter((row) => !shown.has(row.id)) ?? [];
  return (
    <>
      {near.data !== undefined && near.data.items.length > 0 && (
        <Section title={t('near.title')}>
          <Listings rows={near.data.items} label={t('near.title')} from={region} />
        </Section>
      )}
      {rest.length > 0 && (
        <Section title={t('near.online')}>
          <Listings rows={rest} label={t('near.online')} from={region} />
        </Section>
      )}
    </>
  );
}
