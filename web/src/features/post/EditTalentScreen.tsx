import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function EditTalentScreen() {
  const { t } = useTranslation('post');
  return (
    <Screen title={t('talentEdit.title')} back="/me/posts">
      <SkeletonPage />
    </Screen>
  );
}
