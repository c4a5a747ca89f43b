import { useTranslation } from 'react-i18next';
import { BellLink } from '#/features/notification/index.ts';
import { useSession } from '#/api/session/useSession.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';

/** To give or to ask: two doors of the same size. */
export default function PostChoiceScreen() {
  const { t } = useTranslation('catalogue');
  const member = useSession().status === 'member';
  return (
    <Screen title={t('choice.title')} {...(member ? { end: <BellLink /> } : {})}>
      <Stack gap={3}>
        <p>{t('choice.lead')}</p>
        {(['talent', 'need'] as const).map((kind) => (
          <Card key={kind}>
            <Stack>
              <h2>{t(`choice.${kind}`)}</h2>
              <Small>{t(`choice.${kind}Note`)}</Small>
              <ButtonLink to={paths.postListing(kind)} wide>
                {t(`${kind}.title`)}
              </ButtonLink>
            </Stack>
          </Card>
        ))}
        {member && (
          <ButtonLink kind="text" to={paths.myListings}>
            {t('choice.mine')}
          </ButtonLink>
        )}
      </Stack>
    </Screen>
  );
}
