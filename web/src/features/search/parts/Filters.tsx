import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CATEGORIES, type Category, type Mode } from '#/api/types.ts';
import { choosePlace, PlacePicker, type Place } from '#/features/address/index.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { WEEKDAYS, type Weekday } from '#/shared/format/time.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Chip, ChipRadios, ChipRow, SelectChip } from '#/shared/ui/Chip.tsx';
import { FieldGroup, Fields } from '#/shared/ui/Field.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { Row, Small } from '#/shared/ui/Stack.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { MODES, REACHES, type Reach, type DesiredTerms } from '../desiredTerms.ts';

export interface FilterProps {
  desired: DesiredTerms;
  onDesired: (change: Partial<DesiredTerms>) => void;
  place: Pick<Place, 'code' | 'name'> | null;
  /** What the reach became: "5 km". `null`: it plays no part. */
  reached: string | null;
}

/** One row of chips; the 동 and the reach share one, because they are one question. */
export function FilterChips(props: FilterProps) {
  const { desired, onDesired, place, reached } = props;
  const { t } = useTranslation(['search', 'common']);
  const sheet = useSheet('where');
  const options = useOptions();
  return (
    <>
      <ChipRow label={t('filter.label')}>
        <Chip opens on={place !== null} onClick={sheet.open}>
          {place === null ? t('filter.place') : [place.name, reached].filter(Boolean).join(' ')}
        </Chip>
        <SelectChip
          label={t('filter.mode')}
          value={desired.mode ?? ''}
          on={desired.mode !== null}
          options={options.mode}
          onChange={(mode) => onDesired({ mode: mode === '' ? null : mode })}
        />
        <SelectChip
          label={t('filter.weekday')}
          value={desired.weekday ?? ''}
          on={desired.weekday !== null}
          options={options.weekday}
          onChange={(weekday) => onDesired({ weekday: weekday === '' ? null : weekday })}
        />
        <SelectChip
          label={t('filter.category')}
          value={desired.category ?? ''}
          on={desired.category !== null}
          options={options.category}
          onChange={(category) => onDesired({ category: category === '' ? null : category })}
        />
      </ChipRow>
      <Sheet name="where" title={t('filter.where')} tall={place === null}>
        <Where {...props} onPlaced={sheet.close} />
      </Sheet>
    </>
  );
}

/** The same in the right column, where there is room to see every choice. */
export function FilterColumn(props: FilterProps) {
  const { desired, onDesired } = props;
  const { t } = useTranslation(['search', 'common']);
  const options = useOptions();
  return (
    <Fields>
      <h2>{t('filter.label')}</h2>
      <Where {...props} />
      <FieldGroup label={t('filter.mode')}>
        <ChipRadios
          legend={t('filter.mode')}
          name="mode"
          value={desired.mode ?? ''}
          options={any(options.mode, t('filter.any'))}
          onChange={(mode) => onDesired({ mode: mode === '' ? null : mode })}
        />
      </FieldGroup>
      <FieldGroup label={t('filter.weekday')}>
        <ChipRadios
          legend={t('filter.weekday')}
          name="weekday"
          value={desired.weekday ?? ''}
          options={any(options.weekday, t('filter.any'))}
          onChange={(weekday) => onDesired({ weekday: weekday === '' ? null : weekday })}
        />
      </FieldGroup>
      <FieldGroup label={t('filter.category')}>
        <ChipRadios
          legend={t('filter.category')}
          name="category"
          value={desired.category ?? ''}
          options={any(options.category, t('filter.any'))}
          onChange={(category) => onDesired({ category: category === '' ? null : category })}
        />
      </FieldGroup>
    </Fields>
  );
}

type Choice<V extends string> = { value: V | ''; label: string };

function any<V extends string>(options: readonly Choice<V>[], label: string): Choice<V>[] {
  return options.map((option) => (option.value === '' ? { ...option, label } : option));
}

/** In a select the empty choice carries the name of the filter. */
function useOptions() {
  const { t } = useTranslation(['search', 'common']);
  const format = useFormat();
  const mode: Choice<Mode>[] = [
    { value: '', label: t('filter.mode') },
    ...MODES.map((value) => ({ value, label: t(`common:mode.${value}`) })),
  ];
  const weekday: Choice<Weekday>[] = [
    { value: '', label: t('filter.weekday') },
    ...WEEKDAYS.map((value) => ({ value, label: format.weekdayLong(value) })),
  ];
  const category: Choice<Category>[] = [
    { value: '', label: t('filter.category') },
    ...CATEGORIES.map((value) => ({ value, label: t(`common:category.${value}`) })),
  ];
  return { mode, weekday, category };
}

/** From where, and how far. */
function Where({ desired, onDesired, place, onPlaced }: FilterProps & { onPlaced?: () => void }) {
  const { t } = useTranslation('search');
  const [changing, setChanging] = useState(false);
  const reachLabel = useReachLabel();

  if (place === null || changing) {
    return (
      <PlacePicker
        onPick={(picked) => {
          choosePlace(picked);
          onDesired({ region: picked.code });
          setChanging(false);
          onPlaced?.();
        }}
      />
    );
  }
  const options: Choice<Reach>[] = [
    { value: '', label: t('reach.grow') },
    ...REACHES.map((value) => ({ value, label: reachLabel(value) })),
  ];
  return (
    <FieldGroup label={t('filter.reach')}>
      <Row between>
        <Row>
          <Icon name="pin" size={18} />
          <b>{place.name}</b>
        </Row>
        <Button kind="text" size="small" onClick={() => setChanging(true)}>
          {t('filter.change')}
        </Button>
      </Row>
      <ChipRadios
        legend={t('filter.reach')}
        name="reach"
        value={desired.reach ?? ''}
        options={options}
        onChange={(reach) => onDesired({ reach: reach === '' ? null : reach })}
      />
      <Small>{t('reach.note')}</Small>
    </FieldGroup>
  );
}

export function useReachLabel(): (reach: Reach) => string {
  const { t } = useTranslation('search');
  return (reach) => (reach === 'all' ? t('reach.all') : t('reach.km', { km: reach }));
}
