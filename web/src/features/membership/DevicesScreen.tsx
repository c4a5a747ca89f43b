import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import { queryClient } from '#/api/client/query.ts';
import { tabSession } from '#/api/session/tab.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { Tag } from '#/shared/ui/Tag.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { useDevices } from './queries.ts';

export default function DevicesScreen() {
  const { t } = useTranslation(['membership', 'common']);
  const format = useFormat();
  const now = useNow();
  const navigate = useNavigate();
  const devices = useDevices();
  const everywhere = useSheet('everywhere');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<string | null>(null);

  async function end(id: string): Promise<void> {
    setBusy(id);
    setError(null);
    try {
      await ok<void>(api.DELETE('/api/auth/devices/{id}', { params: { path: { id } } }));
      await queryClient.invalidateQueries({ queryKey: keys.devices });
      toast(t('devices.ended'));
    } catch (cause) {
      setError(cause);
    }
    setBusy(null);
  }

  async function endOthers(): Promise<void> {
    setBusy('others');
    setError(null);
    try {
      await ok<void>(api.POST('/api/auth/logout-others'));
      await queryClient.invalidateQueries({ queryKey: keys.devices });
      toast(t('devices.endedOthers'));
    } catch (cause) {
      setError(cause);
    }
    setBusy(null);
  }

  async function endAll(): Promise<void> {
    setBusy('all');
    setError(null);
    try {
      await ok<void>(api.POST('/api/auth/logout-all'));
      await navigate(paths.home, { replace: true });
      tabSession.logOut();
      toast(t('devices.endedAll'));
    } catch (cause) {
      setError(cause);
      setBusy(null);
    }
  }

  return (
    <Screen title={t('devices.title')} back={paths.me}>
      <Stack gap={3}>
        <Small>{t('devices.lead')}</Small>
        {devices.isPending && <SkeletonList rows={3} />}
        {devices.isError && <ProblemState error={devices.error} onRetry={devices.refetch} />}
        <ProblemLine error={error} />
        <List label={t('devices.title')}>
          {devices.data?.items.map((device) => (
            <ListRow
              level={2}
              key={device.id}
              title={device.label ?? t('devices.unknown')}
              who={t('devices.seen', { time: format.ago(device.last_seen_at, now) })}
              facts={t('devices.since', { day: format.shortDate(device.created_at, now) })}
              tags={device.current ? <Tag tone="pine">{t('devices.here')}</Tag> : undefined}
              end={
                device.current ? undefined : (
                  <Button size="small" busy={busy === device.id} onClick={() => void end(device.id)}>
                    {t('devices.end')}
                  </Button>
                )
              }
            />
          ))}
        </List>
        {devices.isSuccess && devices.data.items.length > 1 && (
          <Button wide busy={busy === 'others'} onClick={() => void endOthers()}>
            {t('devices.endOthers')}
          </Button>
        )}
        {devices.isSuccess && (
          <Button wide onClick={everywhere.open}>
            {t('devices.endAll')}
          </Button>
        )}
      </Stack>
      <Sheet
        name="everywhere"
        title={t('devices.endAll')}
        lead={t('devices.endAllLead')}
        foot={
          <Button kind="main" wide busy={busy === 'all'} onClick={() => void endAll()}>
            {t('devices.endAll')}
          </Button>
        }
      />
    </Screen>
  );
}
