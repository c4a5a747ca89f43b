import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { ListingKind, Member } from '#/api/types.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { usePlace } from '#/features/address/index.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { PageTitle, Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { SkeletonList, SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Row, Section, Small, Stack, Written } from '#/shared/ui/Stack.tsx';
import { Listings } from '#/features/catalogue/index.ts';
import { useListingsOf, useMember } from './queries.ts';

export default function PersonScreen() {
  const { id = '' } = useParams();
  const { t } = useTranslation('membership');
  const member = useMember(id);
  if (member.data !== undefined) return <Person member={member.data} key={id} />;
  return (
    <Screen title={t('person.title')} back={paths.search()}>
      {member.isError ? <ProblemState error={member.error} onRetry={member.refetch} /> : <SkeletonPage />}
    </Screen>
  );
}

function Person({ member }: { member: Member }) {
  const { t } = useTranslation(['membership', 'common']);
  const format = useFormat();
  const now = useNow();
  const mine = useMe().data?.id === member.id;
  const gone = member.gone || member.name === null;
  const name = member.name ?? t('common:person.gone');
  const title = gone ? name : t('common:person.name', { name });
  return (
    <Screen title={title} heading="page" back={paths.search()}>
      <Row>
        <Avatar id={member.id} name={name} size={72} />
        <div>
          <PageTitle
            over={member.region === null ? undefined : `${member.region.short} ${member.region.name}`}
          >
            {title}
          </PageTitle>
        </div>
      </Row>
      <Stack>
        <Small>
          {[
            member.given_count > 0
              ? t('common:person.given', { count: member.given_count })
              : t('common:person.first'),
            t('person.since', { day: format.shortDate(member.joined_at, now) }),
          ].join(' · ')}
        </Small>
        {member.bio !== '' && <Written>{member.bio}</Written>}
        {mine && (
          <ButtonLink size="small" to={paths.profile}>
            {t('common:act.edit')}
          </ButtonLink>
        )}
      </Stack>
      {gone ? (
        <EmptyState title={t('person.gone')} />
      ) : (
        <>
          <Of kind="talent" member={member} />
          <Of kind="need" member={member} />
        </>
      )}
    </Screen>
  );
}

function Of({ kind, member }: { kind: ListingKind; member: Member }) {
  const { t } = useTranslation(['membership', 'common']);
  const place = usePlace();
  const listings = useListingsOf(kind, member.id);
  const rows = listings.data?.pages.flatMap((page) => page.items) ?? [];
  const title = t(kind === 'talent' ? 'person.talents' : 'person.needs');
  if (listings.isSuccess && rows.length === 0) {
    // Most people ask for nothing at the moment, and that needs no words.
    if (kind === 'need') return null;
    return (
      <Section title={title}>
        <EmptyState title={t('person.noTalents')} />
      </Section>
    );
  }
  return (
    <Section title={title}>
      {listings.isPending && <SkeletonList rows={2} />}
      {listings.isError && <ProblemState error={listings.error} onRetry={listings.refetch} />}
      <Listings rows={rows} label={title} from={place?.code ?? null} ofOne />
      {listings.hasNextPage && (
        <Button
          size="small"
          wide
          busy={listings.isFetchingNextPage}
          onClick={() => void listings.fetchNextPage()}
        >
          {t('common:act.more')}
        </Button>
      )}
    </Section>
  );
}
