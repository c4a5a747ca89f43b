import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function OffersScreen() {
  const { t } = useTranslation('engage');
  return (
    <Screen title={t('offers.title')} back="/me/posts">
      <SkeletonPage />
    </Screen>
  );
}
