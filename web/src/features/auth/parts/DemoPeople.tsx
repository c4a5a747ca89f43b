import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import type { Session } from '#/api/types.ts';
import { tabSession } from '#/api/session/tab.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { useSession } from '#/api/session/useSession.ts';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonRow } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { useDemoAccounts, type DemoAccount } from '../demo.ts';
import { otherLoopback } from '../loopback.ts';
import styles from './DemoPeople.module.css';

/** "연습용 동네예요": only where the server knows practice people. `next` is where logging in leads to. */
export default function DemoPeople({ next }: { next: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const session = useSession();
  const demo = useDemoAccounts();
  const [error, setError] = useState<unknown>(null);
  const [pending, setPending] = useState<string | null>(null);
  const people = demo.data ?? [];
  if (people.length === 0) return null;

  const loggedIn = session.status === 'member';
  const other = loggedIn ? people.find((person) => person.email !== session.account?.email) : people[1];
  const elsewhere = otherLoopback(location, paths.login);

  async function logInAs(person: DemoAccount): Promise<void> {
    setPending(person.email);
    setError(null);
    try {
      const { email, password } = person;
      tabSession.logIn(await ok<Session>(api.POST('/api/auth/login', { body: { email, password } })));
      await navigate(next, { replace: true });
    } catch (cause) {
      setError(cause);
    } finally {
      setPending(null);
    }
  }

  return (
    <Card tone="sky">
      <Stack gap={2}>
        <Small>{t('demo.text')}</Small>
        <ButtonRow>
          {!loggedIn &&
            people.map((person) => (
              <Button
                key={person.email}
                size="small"
                busy={pending === person.email}
                onClick={() => void logInAs(person)}
              >
                {t('demo.sit', { name: person.name })}
              </Button>
            ))}
          {other !== undefined && elsewhere !== null && (
            <a className={styles.link} href={elsewhere} target="_blank" rel="noopener">
              {t('demo.other', { name: other.name })}
            </a>
          )}
        </ButtonRow>
        <ProblemLine error={error} />
      </Stack>
    </Card>
  );
}
