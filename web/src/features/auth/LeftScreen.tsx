import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';

/** After somebody has asked to leave: what happens now, and the way back. */
export default function LeftScreen() {
  const { t } = useTranslation(['auth', 'common']);
  return (
    <Screen title={t('left.title')}>
      <Stack gap={3}>
        <p>{t('left.text')}</p>
        <Small>{t('left.mail')}</Small>
        <ButtonLink kind="main" wide to={paths.home} replace>
          {t('common:act.home')}
        </ButtonLink>
        <ButtonLink kind="text" to={paths.login}>
          {t('left.back')}
        </ButtonLink>
      </Stack>
    </Screen>
  );
}
