import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegionHit } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { useComposedValue } from '#/shared/ime/useComposedValue.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Chip, ChipRow } from '#/shared/ui/Chip.tsx';
import { Combobox } from '#/shared/ui/Combobox.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { Marked } from '#/shared/ui/Marked.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { remember, useRecentPlaces, type Place } from '../chosen.ts';
import { nearest, useRegionSearch } from '../queries.ts';

/** Field, last three, "현재 위치로 찾기", rows. Nothing is preselected; the position is asked for only when tapped. */
interface Props {
  onPick: (place: Place) => void;
  autoFocus?: boolean;
}

export function PlacePicker(props: Props) {
  return (
    <Suspense fallback={null}>
      <Picker {...props} />
    </Suspense>
  );
}

function Picker({ onPick, autoFocus = false }: Props) {
  const { t } = useTranslation('address');
  const input = useComposedValue();
  const search = useRegionSearch(input.text);
  const recent = useRecentPlaces();
  const [near, setNear] = useState<RegionHit[]>([]);
  const [status, setStatus] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [locating, setLocating] = useState(false);
  const typed = input.text.trim() !== '';

  function pick(place: Place): void {
    const { code, name, path } = place;
    remember({ code, name, path });
    onPick({ code, name, path });
  }

  function locate(): void {
    setLocating(true);
    setError(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        nearest(coords.latitude, coords.longitude)
          .then((hits) => {
            setNear(hits);
            setStatus(hits.length === 0 ? t('picker.nowhere') : t('picker.near'));
          }, setError)
          .finally(() => setLocating(false));
      },
      (refusal) => {
        setLocating(false);
        setStatus(t(refusal.code === refusal.PERMISSION_DENIED ? 'picker.refused' : 'picker.unknown'));
      },
      { timeout: 10_000, maximumAge: 300_000 },
    );
  }

  return (
    <Stack>
      <Combobox
        label={t('picker.label')}
        placeholder={t('picker.placeholder')}
        input={input}
        options={typed ? (search.data ?? []) : near}
        keyOf={(hit) => hit.code}
        render={(hit) => <Row hit={hit} typed={typed} />}
        onSelect={pick}
        busy={search.isFetching || search.isPlaceholderData}
        empty={search.isSuccess ? t('picker.none') : null}
        autoFocus={autoFocus}
      />
      <ProblemLine error={typed ? search.error : error} />
      {!typed && (
        <>
          {recent.length > 0 && (
            <ChipRow label={t('picker.recent')}>
              {recent.map((place) => (
                <Chip key={place.code} onClick={() => pick(place)}>
                  {place.name}
                </Chip>
              ))}
            </ChipRow>
          )}
          {'geolocation' in navigator && (
            <Button size="small" onClick={locate} busy={locating}>
              <Icon name="locate" size={18} />
              {t('picker.locate')}
            </Button>
          )}
          <div role="status">{status !== '' && <Small>{status}</Small>}</div>
        </>
      )}
    </Stack>
  );
}

function Row({ hit, typed }: { hit: RegionHit; typed: boolean }) {
  const { t } = useTranslation('address');
  const above = hit.path.endsWith(hit.name) ? hit.path.slice(0, -hit.name.length).trim() : hit.path;
  return (
    <>
      <span>
        <Marked text={hit.name} marks={typed ? hit.match : null} />
      </span>
      <Small>
        {hit.former_name === null ? above : `${above} · ${t('picker.former', { name: hit.former_name })}`}
      </Small>
    </>
  );
}
