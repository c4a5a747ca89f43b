import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function NewTalentScreen() {
  const { t } = useTranslation('post');
  return (
    <Screen title={t('talent.title')} back="/post">
      <SkeletonPage />
    </Screen>
  );
}
