import { useState } from 'react';
import { useWatch, type Control, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { Busy, Mode } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { fourteenDays } from '#/shared/format/time.ts';
import { BANDS, type Band } from '#/shared/format/weekTimes.ts';
import { FormGroup, FormTextArea, FormTextField } from '#/shared/form/fields.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { ChipRadios } from '#/shared/ui/Chip.tsx';
import { FieldGroup, Fields, TextField } from '#/shared/ui/Field.tsx';
import { Small } from '#/shared/ui/Stack.tsx';
import { Strip14Days } from '#/shared/ui/Strip14Days.tsx';
import {
  bandsOn,
  bandWith,
  BRING_MAX,
  fits,
  PLACE_MAX,
  startOf,
  startsOn,
  type About,
  type TermsDraft,
} from '../terms.ts';

interface Props {
  about: About;
  /** Where one would meet, while no place is written. */
  region: string | null;
  form: UseFormReturn<TermsDraft>;
  /** My own other plan at that time. */
  clash: Busy | undefined;
  /** The conversation has begun already. */
  again?: boolean;
  now: Date;
}

const MINUTES = [30, 45, 60, 90];
const MODES: readonly Mode[] = ['in_person', 'online'];
const OWN = 'own';

/** When, how long, how, where, with what, and a word beforehand: everything on one page. */
export function TermsForm({ about, region, form, clash, again = false, now }: Props) {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const { control } = form;
  const draft = useWatch({ control, compute: (draft: TermsDraft) => draft });
  const starts = startOf(draft);
  const online = draft.mode === 'online';

  return (
    <Fields>
      <FormGroup
        control={control}
        name="day"
        label={t('form.day')}
        hint={
          about.times.length === 0 ? t('form.anyDay') : t('form.times', { times: format.times(about.times) })
        }
      >
        {({ value, set }) => (
          <>
            <Strip14Days
              legend={t('form.day')}
              value={value}
              onChange={(day) => {
                set(day);
                // Day and time together make the start: changing the day may correct the time.
                if (form.formState.isSubmitted) void form.trigger(['day', 'time']);
              }}
              fits={(day) => fits(about.times, day, now)}
              now={now}
            />
            {starts !== null && value !== null && !fourteenDays(now).includes(value) && (
              <Small>{t('form.dayOf', { day: format.date(starts, now) })}</Small>
            )}
          </>
        )}
      </FormGroup>
      <Starts about={about} control={control} draft={draft} now={now} />
      {clash !== undefined && (
        <Card tone="kaki" role="status">
          {t('form.clash', {
            from: format.clock(clash.starts_at),
            to: format.clock(clash.ends_at) + format.zoneNote(),
          })}
        </Card>
      )}
      <Minutes usual={about.minutes} control={control} draft={draft} />
      <FormGroup
        control={control}
        name="mode"
        label={t('form.mode')}
        {...(about.mode !== 'either' && about.mode !== draft.mode
          ? { hint: t('form.modeOther', { mode: t(`common:mode.${about.mode}`) }) }
          : {})}
      >
        {({ value, set }) => (
          <ChipRadios<Mode>
            legend={t('form.mode')}
            name="mode"
            value={value}
            options={MODES.map((value) => ({ value, label: t(`common:mode.${value}`) }))}
            onChange={set}
          />
        )}
      </FormGroup>
      <FormTextField
        control={control}
        name="place"
        label={t(online ? 'form.placeOnline' : 'form.place')}
        hint={t(online ? 'form.placeHintOnline' : 'form.placeHint')}
        optional
        max={PLACE_MAX}
        placeholder={
          online ? t('form.placeOnlineExample') : region === null ? '' : t('form.placeExample', { region })
        }
      />
      <FormTextField control={control} name="bring" label={t('form.bring')} optional max={BRING_MAX} />
      <FormTextArea
        control={control}
        name="words"
        label={t('form.words')}
        hint={t(again ? 'reason.words' : 'form.wordsHint')}
        optional
        rows={3}
      />
    </Fields>
  );
}

interface PartProps {
  control: Control<TermsDraft>;
  draft: TermsDraft;
}

/** The half hours of a band; whatever lies elsewhere is typed. */
function Starts({ about, control, draft, now }: PartProps & { about: About; now: Date }) {
  const { t } = useTranslation('engagement');
  const format = useFormat();
  const [picked, setPicked] = useState<Band | null>(null);
  const [own, setOwn] = useState(false);
  const { day } = draft;
  if (day === null) {
    return (
      <FieldGroup label={t('form.time')}>
        <Small>{t('form.dayFirst')}</Small>
      </FieldGroup>
    );
  }
  const named = bandsOn(about.times, day);
  const offered = (named.length === 0 ? BANDS : named).filter((band) => startsOn(day, band, now).length > 0);
  const chosen = draft.time === null ? null : bandWith(draft.time);
  const listed = (band: Band | null) => band !== null && offered.includes(band);
  const band = listed(picked) ? picked : listed(chosen) ? chosen : (offered[0] ?? null);
  const typed = own || band === null || (draft.time !== null && !listed(chosen));

  return (
    <FormGroup
      control={control}
      name="time"
      label={t('form.time') + format.zoneNote()}
      errorInside={typed}
      {...(named.length === 0 && about.times.length > 0 ? { hint: t('form.elsewhere') } : {})}
    >
      {({ value, set, error }) => (
        <>
          {offered.length > 1 && (
            <ChipRadios<Band>
              legend={t('form.band')}
              name="band"
              value={typed ? null : band}
              options={offered.map((value) => ({
                value,
                label: `${format.band(value)} ${format.bandHours(value)}`,
              }))}
              onChange={(picked) => {
                setPicked(picked);
                setOwn(false);
                if (picked !== chosen) set(null);
              }}
            />
          )}
          <ChipRadios<string>
            legend={t('form.time')}
            name="time"
            value={typed ? OWN : value}
            options={[
              ...(band === null ? [] : startsOn(day, band, now)).map((value) => ({
                value,
                label: format.clockTime(value),
              })),
              { value: OWN, label: t('form.otherTime') },
            ]}
            onChange={(value) => {
              setOwn(value === OWN);
              if (value !== OWN) set(value);
            }}
          />
          {typed && (
            <TextField
              label={t('form.timeTyped')}
              type="time"
              step={900}
              value={value ?? ''}
              onText={(time) => set(time === '' ? null : time.slice(0, 5))}
              error={error}
            />
          )}
        </>
      )}
    </FormGroup>
  );
}

function Minutes({ usual, control, draft }: PartProps & { usual: number }) {
  const { t } = useTranslation('engagement');
  const format = useFormat();
  const [own, setOwn] = useState(false);
  const offered = [...new Set([...MINUTES, usual])].sort((a, b) => a - b).map(String);
  const typed = own || !offered.includes(draft.minutes);
  return (
    <FormGroup control={control} name="minutes" label={t('form.minutes')} errorInside={typed}>
      {({ value, set, error }) => (
        <>
          <ChipRadios<string>
            legend={t('form.minutes')}
            name="minutes"
            value={typed ? OWN : value}
            options={[
              ...offered.map((value) => ({ value, label: format.minutes(Number(value)) })),
              { value: OWN, label: t('form.ownMinutes') },
            ]}
            onChange={(value) => {
              setOwn(value === OWN);
              if (value !== OWN) set(value);
            }}
          />
          {typed && (
            <TextField
              label={t('form.minutesTyped')}
              hint={t('form.minutesHint')}
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
  );
}
