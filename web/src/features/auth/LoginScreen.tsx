import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function LoginScreen() {
  const { t } = useTranslation('auth');
  return (
    <Screen title={t('login.title')} back="/">
      <SkeletonPage />
    </Screen>
  );
}
