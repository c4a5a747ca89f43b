import { useTranslation } from 'react-i18next';
import { Button } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Row, Small, Stack, Written } from '#/shared/ui/Stack.tsx';
import { deliver, discard, useUnsentMessage } from '../firstMessage.ts';

/** 한마디 that has not reached the conversation: it is shown whole until it has. */
export function UnsentMessage({ conversation }: { conversation: string }) {
  const { t } = useTranslation('engagement');
  const text = useUnsentMessage(conversation);
  if (text === null) return null;
  return (
    <Card tone="kaki" role="status">
      <Stack>
        <Small>{t('unsent.title')}</Small>
        <Written>{text}</Written>
        <Row wrap>
          <Button size="small" onClick={() => void deliver(conversation)}>
            {t('unsent.again')}
          </Button>
          <Button size="small" kind="text" onClick={() => discard(conversation)}>
            {t('unsent.drop')}
          </Button>
        </Row>
      </Stack>
    </Card>
  );
}
