import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function ProposeScreen() {
  const { t } = useTranslation('engage');
  return (
    <Screen title={t('propose.title')} back="/search">
      <SkeletonPage />
    </Screen>
  );
}
