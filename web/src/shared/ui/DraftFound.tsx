import { useTranslation } from 'react-i18next';
import { Button } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Row, Stack } from '#/shared/ui/Stack.tsx';

/** "아까 쓰던 글이 있어요": at the top of a form whose `useDraft` has `found` one. */
export function DraftFound({
  draft,
}: {
  draft: { found: boolean; resume: () => void; startFresh: () => void };
}) {
  const { t } = useTranslation();
  if (!draft.found) return null;
  return (
    <Card tone="sky" role="status">
      <Stack>
        <b>{t('draft.found')}</b>
        <Row wrap>
          <Button size="small" onClick={draft.resume}>
            {t('draft.resume')}
          </Button>
          <Button size="small" kind="text" onClick={draft.startFresh}>
            {t('draft.fresh')}
          </Button>
        </Row>
      </Stack>
    </Card>
  );
}
