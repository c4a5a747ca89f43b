import { useEffect, useRef, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '#/shared/nav/Screen.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';

interface Props {
  step: number;
  title: string;
  act: string;
  busy?: boolean;
  onSubmit: () => void;
  /** A field that waits for the first letter; otherwise the question is read first. */
  focusField?: boolean;
  children: ReactNode;
}

export const STEPS = 4;

/** One question, its answer and one button. Each new step takes the focus, as a new page would. */
export function StepFrame({ step, title, act, busy = false, onSubmit, focusField = false, children }: Props) {
  const { t } = useTranslation('auth');
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    const node = form.current;
    const target = focusField ? node?.querySelector('input') : node?.querySelector('h1');
    target?.focus({ preventScroll: true });
  }, [focusField]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!busy) onSubmit();
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      <PageTitle over={t('signup.step', { step, steps: STEPS })}>{title}</PageTitle>
      <Stack gap={3}>
        {children}
        <Button kind="main" type="submit" wide busy={busy}>
          {act}
        </Button>
      </Stack>
    </form>
  );
}
