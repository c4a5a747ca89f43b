import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldTexts, problemText, withTexts } from '#/api/problem/problemText.ts';
import { Problem } from '#/api/problem/problem.ts';
import { TextField } from '#/shared/ui/Field.tsx';
import { ageOn, MIN_AGE, readBirthDate } from '../birthDate.ts';
import { StepFrame } from './StepFrame.tsx';

const TOO_YOUNG = new Problem(422, 'account.under_age', [], undefined, undefined);
const NO_DATE = new Problem(422, 'date.invalid', [], undefined, undefined);

interface Props {
  typed: string;
  onTyped: (typed: string) => void;
  /** From the server: its calendar decides. */
  refused: unknown;
  onDone: (born: string) => void;
  /** Nothing of what was typed stays. */
  onTooYoung: () => void;
}

/** Nothing here hints at a limit. */
export function BirthStep({ typed, onTyped, refused, onDone, onTooYoung }: Props) {
  const { t } = useTranslation('auth');
  const [error, setError] = useState<unknown>(refused);

  async function next(): Promise<void> {
    const now = new Date();
    const born = readBirthDate(typed, now);
    if (born === null) {
      setError(await withTexts(NO_DATE));
    } else if (ageOn(born, now) < MIN_AGE) {
      onTooYoung();
      setError(await withTexts(TOO_YOUNG));
    } else {
      onDone(born);
    }
  }

  return (
    <StepFrame
      step={1}
      title={t('birth.title')}
      act={t('signup.next')}
      focusField
      onSubmit={() => void next()}
    >
      <TextField
        label={t('birth.label')}
        hint={t('birth.hint')}
        inputMode="numeric"
        autoComplete="bday"
        placeholder="1990-03-14"
        value={typed}
        onText={(text) => {
          onTyped(text);
          setError(null);
        }}
        error={error === null ? undefined : (fieldTexts(error)['/birth_date'] ?? problemText(error))}
      />
    </StepFrame>
  );
}
