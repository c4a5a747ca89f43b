import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function PersonScreen() {
  const { t } = useTranslation('discover');
  return (
    <Screen title={t('person.title')} back="/search">
      <SkeletonPage />
    </Screen>
  );
}
