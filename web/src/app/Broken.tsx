import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { ErrorState } from '#/shared/ui/States.tsx';
import { keepTrying } from './reloadOnce.ts';
import styles from './Starting.module.css';

/** The code of a screen did not arrive (no network, or a release has replaced it), or the screen threw. */
export function Broken({ inShell = false }: { inShell?: boolean }) {
  const { t } = useTranslation();
  const error = useRouteError();
  const unreachable = isLoadFailure(error);
  const title = t(unreachable ? 'unreachable.title' : 'broken.title');
  const body = unreachable ? <Unreached /> : <Threw />;
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

function Threw() {
  const { t } = useTranslation();
  return (
    <ErrorState text={t('broken.text')}>
      <Button size="small" onClick={() => location.reload()}>
        {t('broken.reload')}
      </Button>
    </ErrorState>
  );
}

/** The app stays: it is opened anew at this address once the server is known to answer, never before. */
function Unreached() {
  const { t } = useTranslation();
  const [state, setState] = useState<'trying' | 'silent' | 'answers'>('trying');
  const [round, setRound] = useState(0);
  useEffect(() => keepTrying(setState, round > 0), [round]);
  // After a release the server answers at once, and nothing but a moment's skeleton is seen.
  if (state === 'trying' && round === 0) return <SkeletonPage />;
  return (
    <ErrorState text={t(state === 'answers' ? 'broken.text' : 'unreachable.screen')}>
      <Button size="small" busy={state === 'trying'} onClick={() => setRound(round + 1)}>
        {t(state === 'answers' ? 'broken.reload' : 'act.retry')}
      </Button>
    </ErrorState>
  );
}

function isLoadFailure(error: unknown): boolean {
  return error instanceof TypeError && /import|fetch|load/i.test(error.message);
}
