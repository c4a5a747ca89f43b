import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import { queryClient } from '#/api/client/query.ts';
import type { Provider } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useLogIns, useProviders, visit } from '#/features/auth/index.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';

/** The ways into the account: the password, and each provider that is linked or may be. */
export default function LogInsScreen() {
  const { t } = useTranslation(['membership', 'common']);
  const format = useFormat();
  const now = useNow();
  const logIns = useLogIns();
  const providers = useProviders();
  const [busy, setBusy] = useState<Provider | null>(null);
  const [error, setError] = useState<unknown>(null);
  const linked = logIns.data?.items ?? [];
  const last = linked.length === 1 && logIns.data?.has_password === false;

  async function act(provider: Provider, work: () => Promise<void>): Promise<void> {
    setBusy(provider);
    setError(null);
    try {
      await work();
    } catch (cause) {
      setError(cause);
    }
    setBusy(null);
  }

  async function unlink(provider: Provider): Promise<void> {
    await ok<void>(
      api.DELETE('/api/auth/account/credentials/{provider}', { params: { path: { provider } } }),
    );
    await queryClient.invalidateQueries({ queryKey: keys.logIns });
    toast(t('logIns.unlinked'));
  }

  return (
    <Screen title={t('logIns.title')} back={paths.settings}>
      <Stack gap={3}>
        <Small>{t('logIns.lead')}</Small>
        {(logIns.isPending || providers.isPending) && <SkeletonList rows={3} />}
        {logIns.isError && <ProblemState error={logIns.error} onRetry={logIns.refetch} />}
        <ProblemLine error={error} />
        {logIns.isSuccess && (
          <List label={t('logIns.title')}>
            {logIns.data.has_password && <ListRow level={2} title={t('logIns.password')} />}
            {(providers.data ?? []).map((provider) => {
              const one = linked.find((other) => other.provider === provider);
              return (
                <ListRow
                  level={2}
                  key={provider}
                  title={t(`logIns.provider.${provider}`)}
                  who={
                    one === undefined
                      ? t('logIns.free')
                      : t('logIns.used', { time: format.ago(one.last_used_at, now) })
                  }
                  facts={one !== undefined && last ? t('logIns.last') : undefined}
                  end={
                    one === undefined ? (
                      <Button
                        size="small"
                        busy={busy === provider}
                        onClick={() => void act(provider, () => visit(provider, 'link', paths.logIns))}
                      >
                        {t('logIns.link')}
                      </Button>
                    ) : last ? undefined : (
                      <Button
                        size="small"
                        busy={busy === provider}
                        onClick={() => void act(provider, () => unlink(provider))}
                      >
                        {t('logIns.unlink')}
                      </Button>
                    )
                  }
                />
              );
            })}
          </List>
        )}
      </Stack>
    </Screen>
  );
}
