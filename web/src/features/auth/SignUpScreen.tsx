import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function SignUpScreen() {
  const { t } = useTranslation('auth');
  return (
    <Screen title={t('signup.title')} back="/">
      <SkeletonPage />
    </Screen>
  );
}
