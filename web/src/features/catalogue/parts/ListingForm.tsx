import { useState } from 'react';
import { useWatch, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { CATEGORIES, type Category, type ListingKind, type ListingMode } from '#/api/types.ts';
import { PlaceSheet } from '#/features/address/index.ts';
import { FormGroup, FormTextArea, FormTextField } from '#/shared/form/fields.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { ChipRadios } from '#/shared/ui/Chip.tsx';
import { Fields, TextField } from '#/shared/ui/Field.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { WeekTimesPicker } from '#/shared/ui/WeekTimes.tsx';
import { useFormat } from '#/shared/format/useFormat.ts';
import { DAYS, type ListingDraft } from '../draft.ts';

interface Props {
  kind: ListingKind;
  form: UseFormReturn<ListingDraft>;
  /** A new need names how long it stands; later that is what 다시 올리기 is for. */
  withDays: boolean;
}

const MINUTES = ['30', '45', '60', '90'] as const;
const MODES: readonly ListingMode[] = ['in_person', 'online', 'either'];
const OWN = 'own';

/** Everything on one page; what is optional is marked. */
export function ListingForm({ kind, form, withDays }: Props) {
  const { t } = useTranslation(['catalogue', 'common']);
  const format = useFormat();
  const sheet = useSheet('place');
  const { control } = form;
  const [minutes, mode] = useWatch({ control, name: ['minutes', 'mode'] });
  const usual = MINUTES.some((value) => value === minutes);
  const [own, setOwn] = useState(false);
  const typed = own || !usual;
  const talent = kind === 'talent';

  return (
    <Fields>
      <FormTextField
        control={control}
        name="title"
        label={t('field.title')}
        placeholder={t(talent ? 'field.titleTalent' : 'field.titleNeed')}
        max={60}
      />
      <FormTextArea
        control={control}
        name="body"
        label={t('field.body')}
        hint={t(talent ? 'field.bodyTalent' : 'field.bodyNeed')}
        rows={5}
        max={2000}
      />
      <FormGroup control={control} name="category" label={t('field.category')}>
        {({ value, set }) => (
          <ChipRadios<Category>
            legend={t('field.category')}
            name="category"
            value={value}
            options={CATEGORIES.map((value) => ({ value, label: t(`common:category.${value}`) }))}
            onChange={set}
          />
        )}
      </FormGroup>
      <FormGroup control={control} name="minutes" label={t('field.minutes')} errorInside={typed}>
        {({ value, set, error }) => (
          <>
            <ChipRadios<string>
              legend={t('field.minutes')}
              name="minutes"
              value={typed ? OWN : value}
              options={[
                ...MINUTES.map((value) => ({ value: value as string, label: format.minutes(Number(value)) })),
                { value: OWN, label: t('field.ownMinutes') },
              ]}
              onChange={(value) => {
                setOwn(value === OWN);
                if (value !== OWN) set(value);
              }}
            />
            {typed && (
              <TextField
                label={t('field.minutesTyped')}
                hint={t('field.minutesHint')}
                inputMode="numeric"
                autoComplete="off"
                value={value}
                onText={(text) => set(text.normalize('NFKC').replace(/\D/g, '').slice(0, 3))}
                error={error}
              />
            )}
          </>
        )}
      </FormGroup>
      <FormGroup control={control} name="mode" label={t('field.mode')}>
        {({ value, set }) => (
          <ChipRadios<ListingMode>
            legend={t('field.mode')}
            name="mode"
            value={value}
            options={MODES.map((value) => ({ value, label: t(`common:mode.${value}`) }))}
            onChange={set}
          />
        )}
      </FormGroup>
      <FormGroup
        control={control}
        name="place"
        label={t(mode === 'online' ? 'field.placeOnline' : 'field.place')}
        hint={t('field.placeHint')}
      >
        {({ value }) => (
          <Button wide onClick={sheet.open}>
            <Icon name="pin" size={18} />
            {value?.path ?? t('field.pick')}
          </Button>
        )}
      </FormGroup>
      <FormGroup
        control={control}
        name="times"
        label={t('field.times')}
        hint={t(talent ? 'field.timesTalent' : 'field.timesNeed')}
        optional
      >
        {({ value, set }) => <WeekTimesPicker legend={t('field.times')} value={value} onChange={set} />}
      </FormGroup>
      <FormTextField
        control={control}
        name="bring"
        label={t('field.bring')}
        hint={t(talent ? 'field.bringTalent' : 'field.bringNeed')}
        optional
        max={200}
      />
      {withDays && (
        <FormGroup control={control} name="days" label={t('field.days')} hint={t('field.daysHint')}>
          {({ value, set }) => (
            <ChipRadios<number>
              legend={t('field.days')}
              name="days"
              value={value}
              options={DAYS.map((value) => ({ value, label: t('field.daysOf', { count: value }) }))}
              onChange={set}
            />
          )}
        </FormGroup>
      )}
      <PlaceSheet
        onPick={(place) => form.setValue('place', place, { shouldValidate: form.formState.isSubmitted })}
      />
    </Fields>
  );
}
