import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function NeedScreen() {
  const { t } = useTranslation('discover');
  return (
    <Screen title={t('need.title')} back="/search">
      <SkeletonPage />
    </Screen>
  );
}
