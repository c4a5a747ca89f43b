import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CATEGORIES, type Category, type Mode } from '#/api/model.ts';
import { choosePlace, PlacePicker, type Place } from '#/features/place/index.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { WEEKDAYS, type Weekday } from '#/shared/format/time.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Chip, ChipRadios, ChipRow, SelectChip } from '#/shared/ui/Chip.tsx';
import { FieldGroup, Fields } from '#/shared/ui/Field.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { Row, Small } from '#/shared/ui/Stack.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { MODES, REACHES, type Reach, type Wish } from '../wish.ts';

export interface FilterProps {
  wish: Wish;
  onWish: (change: Partial<Wish>) => void;
  place: Pick<Place, 'code' | 'name'> | null;
  /** What the reach became: "5 km". `null`: it plays no part. */
  reached: string | null;
}

/** One row of chips; the 동 and the reach share one, because they are one question. */
export function FilterChips(props: FilterProps) {
  const { wish, onWish, place, reached } = props;
  const { t } = useTranslation(['discover', 'common']);
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
          value={wish.mode ?? ''}
          on={wish.mode !== null}
          options={options.mode}
          onChange={(mode) => onWish({ mode: mode === '' ? null : mode })}
        />
        <SelectChip
          label={t('filter.weekday')}
          value={wish.weekday ?? ''}
          on={wish.weekday !== null}
          options={options.weekday}
          onChange={(weekday) => onWish({ weekday: weekday === '' ? null : weekday })}
        />
        <SelectChip
          label={t('filter.category')}
          value={wish.category ?? ''}
          on={wish.category !== null}
          options={options.category}
          onChange={(category) => onWish({ category: category === '' ? null : category })}
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
  const { wish, onWish } = props;
  const { t } = useTranslation(['discover', 'common']);
  const options = useOptions();
  return (
    <Fields>
      <h2>{t('filter.label')}</h2>
      <Where {...props} />
      <FieldGroup label={t('filter.mode')}>
        <ChipRadios
          legend={t('filter.mode')}
          name="mode"
          value={wish.mode ?? ''}
          options={any(options.mode, t('filter.any'))}
          onChange={(mode) => onWish({ mode: mode === '' ? null : mode })}
        />
      </FieldGroup>
      <FieldGroup label={t('filter.weekday')}>
        <ChipRadios
          legend={t('filter.weekday')}
          name="weekday"
          value={wish.weekday ?? ''}
          options={any(options.weekday, t('filter.any'))}
          onChange={(weekday) => onWish({ weekday: weekday === '' ? null : weekday })}
        />
      </FieldGroup>
      <FieldGroup label={t('filter.category')}>
        <ChipRadios
          legend={t('filter.category')}
          name="category"
          value={wish.category ?? ''}
          options={any(options.category, t('filter.any'))}
          onChange={(category) => onWish({ category: category === '' ? null : category })}
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
  const { t } = useTranslation(['discover', 'common']);
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
function Where({ wish, onWish, place, onPlaced }: FilterProps & { onPlaced?: () => void }) {
  const { t } = useTranslation('discover');
  const [changing, setChanging] = useState(false);
  const reachWords = useReachWords();

  if (place === null || changing) {
    return (
      <PlacePicker
        onPick={(picked) => {
          choosePlace(picked);
          onWish({ region: picked.code });
          setChanging(false);
          onPlaced?.();
        }}
      />
    );
  }
  const options: Choice<Reach>[] = [
    { value: '', label: t('reach.grow') },
    ...REACHES.map((value) => ({ value, label: reachWords(value) })),
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
        value={wish.reach ?? ''}
        options={options}
        onChange={(reach) => onWish({ reach: reach === '' ? null : reach })}
      />
      <Small>{t('reach.note')}</Small>
    </FieldGroup>
  );
}

export function useReachWords(): (reach: Reach) => string {
  const { t } = useTranslation('discover');
  return (reach) => (reach === 'all' ? t('reach.all') : t('reach.km', { km: reach }));
}
