import { useTranslation } from 'react-i18next';
import { Button } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Row, Small, Stack, Written } from '#/shared/ui/Stack.tsx';
import { deliver, drop, useUnsaid } from '../words.ts';

/** 한마디 that has not reached the conversation: it is shown whole until it has. */
export function Unsaid({ conversation }: { conversation: string }) {
  const { t } = useTranslation('engage');
  const text = useUnsaid(conversation);
  if (text === null) return null;
  return (
    <Card tone="kaki" role="status">
      <Stack>
        <Small>{t('unsaid.title')}</Small>
        <Written>{text}</Written>
        <Row wrap>
          <Button size="small" onClick={() => void deliver(conversation)}>
            {t('unsaid.again')}
          </Button>
          <Button size="small" kind="text" onClick={() => drop(conversation)}>
            {t('unsaid.drop')}
          </Button>
        </Row>
      </Stack>
    </Card>
  );
}
