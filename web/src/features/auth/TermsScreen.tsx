import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function TermsScreen() {
  const { t } = useTranslation('auth');
  return (
    <Screen title={t('terms.title')} back="/">
      <SkeletonPage />
    </Screen>
  );
}
