import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { NewPassword } from './parts/NewPassword.tsx';

/** Led to by the mail for who forgot the password. */
export default function ResetScreen() {
  const { t } = useTranslation('auth');
  return (
    <NewPassword
      title={t('reset.title')}
      lead={t('reset.lead')}
      act={t('reset.act')}
      done={t('reset.done')}
      onSubmit={(token, password) =>
        ok<void>(api.POST('/api/auth/password/reset', { body: { token, password } }))
      }
    />
  );
}
