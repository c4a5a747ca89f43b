import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { NewPassword } from './parts/NewPassword.tsx';

/** Led to by the mail to the former address: takes a change back that its owner did not make. */
export default function UndoAddressScreen() {
  const { t } = useTranslation('auth');
  return (
    <NewPassword
      title={t('undo.title')}
      lead={t('undo.lead')}
      act={t('undo.act')}
      done={t('undo.done')}
      onSubmit={(token, password) =>
        ok<void>(api.POST('/api/auth/address/undo', { body: { token, password } }))
      }
    />
  );
}
