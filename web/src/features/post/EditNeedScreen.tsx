import { useTranslation } from 'react-i18next';
import { Screen } from '#/shared/nav/Screen.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';

export default function EditNeedScreen() {
  const { t } = useTranslation('post');
  return (
    <Screen title={t('needEdit.title')} back="/me/posts">
      <SkeletonPage />
    </Screen>
  );
}
