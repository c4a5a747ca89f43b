import { useTranslation } from 'react-i18next';
import type { Relaxation } from '#/api/model.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Section } from '#/shared/ui/Stack.tsx';
import { useFew } from '../queries.ts';
import { isNarrowed, NOTHING, REACHES, type Wish } from '../wish.ts';
import { useReachWords } from './Filters.tsx';
import { Listings } from './Listings.tsx';

interface Props {
  wish: Wish;
  relax: readonly Relaxation[];
  onWish: (change: Partial<Wish>) => void;
  place: { code: string; name: string } | null;
}

/** Never an end: what to let go of, with how much there is then; or the nearest, then those online. */
export function NothingFound({ wish, relax, onWish, place }: Props) {
  const { t } = useTranslation('discover');
  const reachWords = useReachWords();
  const narrowed = isNarrowed(wish);
  const talent = wish.kind === 'talent';

  function change(one: Relaxation): Partial<Wish> {
    if (one.kind === 'reach') return { reach: REACHES.find((reach) => reach === String(one.value)) ?? 'all' };
    return one.kind === 'q' ? { q: '' } : { [one.kind]: null };
  }

  function act(one: Relaxation): string {
    const count = countOf(one);
    if (one.kind !== 'reach') return t(`relax.${one.kind}`, { count });
    const { reach = 'all' } = change(one);
    return reach === 'all' || reach === null
      ? t('relax.reachAll', { count })
      : t('relax.reach', { reach: reachWords(reach), count });
  }

  function widen(one: Relaxation): string {
    const count = countOf(one);
    const { reach = 'all' } = change(one);
    return reach === 'all' || reach === null
      ? t('none.widenAll', { count })
      : t('none.widen', { reach: reachWords(reach), count });
  }

  const q = wish.q.trim();
  const none =
    q !== ''
      ? t(talent ? 'none.talentFor' : 'none.needFor', { q })
      : narrowed
        ? t(talent ? 'none.talent' : 'none.need')
        : place === null
          ? t('none.anywhere')
          : t(talent ? 'none.talentHere' : 'none.needHere', { place: place.name });
  const reach = relax.find((one) => one.kind === 'reach');
  // What would help most is said in words, the rest stands on the buttons.
  const more = reach !== undefined ? widen(reach) : narrowed && talent ? t('none.ask') : '';
  return (
    <>
      <EmptyState title={relax.length === 0 && narrowed ? t('none.atAll') : `${none} ${more}`.trim()}>
        {relax.map((one) => (
          <Button key={one.kind} size="small" onClick={() => onWish(change(one))}>
            {act(one)}
          </Button>
        ))}
        {talent && (narrowed || place !== null) && (
          <ButtonLink size="small" to={narrowed ? '/post/need' : '/post/talent'}>
            {t(narrowed ? 'act.postNeed' : 'act.postTalent')}
          </ButtonLink>
        )}
        {!talent && (
          <ButtonLink size="small" to="/post/need">
            {t('act.postNeed')}
          </ButtonLink>
        )}
      </EmptyState>
      {!narrowed && place !== null && <Nearest kind={wish.kind} region={place.code} />}
    </>
  );
}

/** The server stops counting at a hundred. */
function countOf({ count }: Relaxation): string {
  return count >= 100 ? '100+' : String(count);
}

/** Of an empty neighbourhood: the nearest five, however far, then those that need no way. */
function Nearest({ kind, region }: { kind: Wish['kind']; region: string }) {
  const { t } = useTranslation('discover');
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
