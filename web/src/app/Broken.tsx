import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { ErrorState } from '#/shared/ui/States.tsx';
import styles from './Starting.module.css';

/** The code of a screen did not arrive (the server is unreachable), or the screen threw. */
export function Broken({ inShell = false }: { inShell?: boolean }) {
  const { t } = useTranslation();
  const error = useRouteError();
  const unreachable = isLoadFailure(error);
  const body = (
    <ErrorState text={t(unreachable ? 'unreachable.text' : 'broken.text')}>
      <Button size="small" onClick={() => location.reload()}>
        {t(unreachable ? 'act.retry' : 'broken.reload')}
      </Button>
    </ErrorState>
  );
  const title = t(unreachable ? 'unreachable.title' : 'broken.title');
  if (inShell) {
    return (
      <Screen title={title} back={paths.home}>
        {body}
      </Screen>
    );
  }
  return (
    <main className={styles.starting}>
      <h1>{title}</h1>
      {body}
    </main>
  );
}

function isLoadFailure(error: unknown): boolean {
  return error instanceof TypeError && /import|fetch|load/i.test(error.message);
}
