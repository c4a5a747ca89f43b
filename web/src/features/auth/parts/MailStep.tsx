import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '#/shared/nav/Screen.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { ResendMail } from './ResendMail.tsx';

/** The sign-up goes on in the mail. When its link is opened in this browser, this tab goes on by itself. */
export function MailStep({ email, onOther }: { email: string; onOther: () => void }) {
  const { t } = useTranslation('auth');
  const page = useRef<HTMLDivElement>(null);

  useEffect(() => {
    page.current?.querySelector('h1')?.focus({ preventScroll: true });
  }, []);

  return (
    <div ref={page}>
      <PageTitle>{t('mail.title')}</PageTitle>
      <Stack gap={3}>
        <p>{t('mail.sent', { email })}</p>
        <Small>{t('mail.hint')}</Small>
        <ResendMail email={email} />
        <Button kind="text" onClick={onOther}>
          {t('mail.other')}
        </Button>
      </Stack>
    </div>
  );
}
