import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function HomeScreen() {
  const { t } = useTranslation('discover');
  return (
    <Screen title={t('home.title')}>
      <SkeletonPage />
    </Screen>
  );
}
