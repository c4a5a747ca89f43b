import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CATEGORIES, type Category, type ListingKind, type ListingMode } from '#/api/types.ts';
import { PlaceSheet } from '#/features/address/index.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { ChipRadios } from '#/shared/ui/Chip.tsx';
import { FieldGroup, Fields, TextArea, TextField } from '#/shared/ui/Field.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { WeekTimesPicker } from '#/shared/ui/WeekTimes.tsx';
import { useFormat } from '#/shared/format/useFormat.ts';
import { DAYS, type ListingDraft } from '../draft.ts';

interface Props {
  kind: ListingKind;
  draft: ListingDraft;
  onDraft: (draft: ListingDraft) => void;
  /** Sentences by pointer into the body that is sent. */
  errors: Partial<Record<string, string>>;
  /** A new need says for how long it stands; later that is what 다시 올리기 is for. */
  withDays: boolean;
}

const MINUTES = ['30', '45', '60', '90'] as const;
const MODES: readonly ListingMode[] = ['in_person', 'online', 'either'];
const OWN = 'own';

/** Everything on one page; what is optional says so. */
export function ListingForm({ kind, draft, onDraft, errors, withDays }: Props) {
  const { t } = useTranslation(['catalogue', 'common']);
  const format = useFormat();
  const sheet = useSheet('place');
  const usual = MINUTES.some((value) => value === draft.minutes);
  const [own, setOwn] = useState(false);
  const typed = own || !usual;
  const set = (part: Partial<ListingDraft>) => onDraft({ ...draft, ...part });
  const talent = kind === 'talent';

  return (
    <Fields>
      <TextField
        label={t('field.title')}
        placeholder={t(talent ? 'field.titleTalent' : 'field.titleNeed')}
        max={60}
        value={draft.title}
        onText={(title) => set({ title })}
        error={errors['/title']}
      />
      <TextArea
        label={t('field.body')}
        hint={t(talent ? 'field.bodyTalent' : 'field.bodyNeed')}
        rows={5}
        max={2000}
        value={draft.body}
        onText={(body) => set({ body })}
        error={errors['/body']}
      />
      <FieldGroup label={t('field.category')} error={errors['/category']}>
        <ChipRadios<Category>
          legend={t('field.category')}
          name="category"
          value={draft.category}
          options={CATEGORIES.map((value) => ({ value, label: t(`common:category.${value}`) }))}
          onChange={(category) => set({ category })}
        />
      </FieldGroup>
      <FieldGroup label={t('field.minutes')} error={typed ? undefined : errors['/minutes']}>
        <ChipRadios<string>
          legend={t('field.minutes')}
          name="minutes"
          value={typed ? OWN : draft.minutes}
          options={[
            ...MINUTES.map((value) => ({ value: value as string, label: format.minutes(Number(value)) })),
            { value: OWN, label: t('field.ownMinutes') },
          ]}
          onChange={(value) => {
            setOwn(value === OWN);
            if (value !== OWN) set({ minutes: value });
          }}
        />
        {typed && (
          <TextField
            label={t('field.minutesTyped')}
            hint={t('field.minutesHint')}
            inputMode="numeric"
            autoComplete="off"
            value={draft.minutes}
            onText={(text) => set({ minutes: text.normalize('NFKC').replace(/\D/g, '').slice(0, 3) })}
            error={errors['/minutes']}
          />
        )}
      </FieldGroup>
      <FieldGroup label={t('field.mode')} error={errors['/mode']}>
        <ChipRadios<ListingMode>
          legend={t('field.mode')}
          name="mode"
          value={draft.mode}
          options={MODES.map((value) => ({ value, label: t(`common:mode.${value}`) }))}
          onChange={(mode) => set({ mode })}
        />
      </FieldGroup>
      <FieldGroup
        label={t(draft.mode === 'online' ? 'field.placeOnline' : 'field.place')}
        hint={t('field.placeHint')}
        error={errors['/region_code']}
      >
        <Button wide onClick={sheet.open}>
          <Icon name="pin" size={18} />
          {draft.place?.path ?? t('field.pick')}
        </Button>
      </FieldGroup>
      <FieldGroup
        label={t('field.times')}
        hint={t(talent ? 'field.timesTalent' : 'field.timesNeed')}
        optional
        error={errors['/times']}
      >
        <WeekTimesPicker legend={t('field.times')} value={draft.times} onChange={(times) => set({ times })} />
      </FieldGroup>
      <TextField
        label={t('field.bring')}
        hint={t(talent ? 'field.bringTalent' : 'field.bringNeed')}
        optional
        max={200}
        value={draft.bring}
        onText={(bring) => set({ bring })}
        error={errors['/bring']}
      />
      {withDays && (
        <FieldGroup label={t('field.days')} hint={t('field.daysHint')} error={errors['/expires_in_days']}>
          <ChipRadios<number>
            legend={t('field.days')}
            name="days"
            value={draft.days}
            options={DAYS.map((value) => ({ value, label: t('field.daysOf', { count: value }) }))}
            onChange={(days) => set({ days })}
          />
        </FieldGroup>
      )}
      <PlaceSheet onPick={(place) => set({ place })} />
    </Fields>
  );
}
