import { useTranslation } from 'react-i18next';
import { Button, ButtonRow } from '#/shared/ui/Button.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { useWide } from '#/shared/nav/useWide.ts';

/** Preview (where it is not in sight anyway) and the act. */
export function TaskFoot({ act, busy, onAct }: { act: string; busy: boolean; onAct: () => void }) {
  const { t } = useTranslation('catalogue');
  const sheet = useSheet('preview');
  const wide = useWide();
  return (
    <ButtonRow>
      {!wide && (
        <Button wide onClick={sheet.open}>
          {t('act.preview')}
        </Button>
      )}
      <Button kind="main" wide busy={busy} onClick={onAct}>
        {act}
      </Button>
    </ButtonRow>
  );
}
