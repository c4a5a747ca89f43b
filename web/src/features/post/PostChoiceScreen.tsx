import { useTranslation } from 'react-i18next';
import { BellLink } from '#/api/ui/BellLink.tsx';
import { useSession } from '#/api/useSession.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';

/** To give or to ask: two doors of the same size. */
export default function PostChoiceScreen() {
  const { t } = useTranslation('post');
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
              <ButtonLink to={`/post/${kind}`} wide>
                {t(`${kind}.title`)}
              </ButtonLink>
            </Stack>
          </Card>
        ))}
        {member && (
          <ButtonLink kind="text" to="/me/posts">
            {t('choice.mine')}
          </ButtonLink>
        )}
      </Stack>
    </Screen>
  );
}
