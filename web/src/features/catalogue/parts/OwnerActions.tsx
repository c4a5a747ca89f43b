import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Listing } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink, ButtonRow } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { actOn, type ListingCommand } from '../queries.ts';

/** Which acts a state leaves to its owner. */
function commandsOf(listing: Listing): ListingCommand[] {
  const closing: ListingCommand[] = listing.kind === 'need' ? ['close'] : [];
  switch (listing.state) {
    case 'published':
    case 'open':
      return ['pause', ...closing];
    case 'paused':
      return ['resume', ...closing];
    case 'expired':
      return ['renew', ...closing];
    case 'filled':
      return closing;
    case 'closed':
      return [];
  }
}

/** 고치기 · 잠시 쉬기 · 다시 올리기, and the offers on a need. */
export function OwnerActions({ listing }: { listing: Listing }) {
  const { t } = useTranslation(['catalogue', 'common']);
  const act = useMutation({
    mutationFn: (act: ListingCommand) => actOn(listing.kind, listing.id, act),
    onSuccess: (_done, act) => toast(t(`did.${act}`)),
  });
  const editable = listing.state !== 'filled' && listing.state !== 'closed';
  const offers = listing.kind === 'need' ? (listing.offers_waiting ?? 0) : 0;
  return (
    <Card>
      <Stack>
        <b>{t('own.title')}</b>
        {offers > 0 && (
          <ButtonLink kind="main" to={paths.offers(listing.id)}>
            {t('own.offers', { count: offers })}
          </ButtonLink>
        )}
        <ButtonRow>
          {editable && (
            <ButtonLink size="small" to={paths.editListing(listing.kind, listing.id)}>
              {t('common:act.edit')}
            </ButtonLink>
          )}
          {commandsOf(listing).map((one) => (
            <Button
              key={one}
              size="small"
              busy={act.isPending && act.variables === one}
              onClick={() => act.mutate(one)}
            >
              {t(`own.act.${one}`)}
            </Button>
          ))}
          {listing.kind === 'need' && offers === 0 && listing.state === 'open' && (
            <ButtonLink size="small" to={paths.offers(listing.id)}>
              {t('own.noOffers')}
            </ButtonLink>
          )}
        </ButtonRow>
        <ProblemLine error={act.error} />
      </Stack>
    </Card>
  );
}
