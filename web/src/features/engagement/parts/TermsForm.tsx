import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Busy, Mode } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { fourteenDays } from '#/shared/format/time.ts';
import { BANDS, type Band } from '#/shared/format/weekTimes.ts';
import { Card } from '#/shared/ui/Card.tsx';
import { ChipRadios } from '#/shared/ui/Chip.tsx';
import { FieldGroup, Fields, TextArea, TextField } from '#/shared/ui/Field.tsx';
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
  draft: TermsDraft;
  onDraft: (draft: TermsDraft) => void;
  /** Sentences by pointer into the body that is sent. */
  errors: Partial<Record<string, string>>;
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
export function TermsForm({ about, region, draft, onDraft, errors, clash, again = false, now }: Props) {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const set = (part: Partial<TermsDraft>) => onDraft({ ...draft, ...part });
  const starts = startOf(draft);

  return (
    <Fields>
      <FieldGroup
        label={t('form.day')}
        hint={
          about.times.length === 0 ? t('form.anyDay') : t('form.times', { times: format.times(about.times) })
        }
        error={draft.day === null ? errors['/terms/starts_at'] : undefined}
      >
        <Strip14Days
          legend={t('form.day')}
          value={draft.day}
          onChange={(day) => set({ day })}
          fits={(day) => fits(about.times, day, now)}
          now={now}
        />
        {starts !== null && draft.day !== null && !fourteenDays(now).includes(draft.day) && (
          <Small>{t('form.dayOf', { day: format.date(starts, now) })}</Small>
        )}
      </FieldGroup>
      <Starts
        about={about}
        draft={draft}
        set={set}
        error={draft.day === null ? undefined : errors['/terms/starts_at']}
        now={now}
      />
      {clash !== undefined && (
        <Card tone="kaki" role="status">
          {t('form.clash', {
            from: format.clock(clash.starts_at),
            to: format.clock(clash.ends_at) + format.zoneNote(),
          })}
        </Card>
      )}
      <Minutes usual={about.minutes} draft={draft} set={set} error={errors['/terms/minutes']} />
      <FieldGroup
        label={t('form.mode')}
        error={errors['/terms/mode']}
        {...(about.mode !== 'either' && about.mode !== draft.mode
          ? { hint: t('form.modeOther', { mode: t(`common:mode.${about.mode}`) }) }
          : {})}
      >
        <ChipRadios<Mode>
          legend={t('form.mode')}
          name="mode"
          value={draft.mode}
          options={MODES.map((value) => ({ value, label: t(`common:mode.${value}`) }))}
          onChange={(mode) => set({ mode })}
        />
      </FieldGroup>
      <TextField
        label={t(draft.mode === 'online' ? 'form.placeOnline' : 'form.place')}
        hint={t(draft.mode === 'online' ? 'form.placeHintOnline' : 'form.placeHint')}
        optional
        max={PLACE_MAX}
        placeholder={
          draft.mode === 'online'
            ? t('form.placeOnlineExample')
            : region === null
              ? ''
              : t('form.placeExample', { region })
        }
        value={draft.place}
        onText={(place) => set({ place })}
        error={errors['/terms/place']}
      />
      <TextField
        label={t('form.bring')}
        optional
        max={BRING_MAX}
        value={draft.bring}
        onText={(bring) => set({ bring })}
        error={errors['/terms/bring']}
      />
      <TextArea
        label={t('form.words')}
        hint={t(again ? 'reason.words' : 'form.wordsHint')}
        optional
        rows={3}
        value={draft.words}
        onText={(words) => set({ words })}
        error={errors['/words']}
      />
    </Fields>
  );
}

interface PartProps {
  draft: TermsDraft;
  set: (part: Partial<TermsDraft>) => void;
  error: string | undefined;
}

/** The half hours of a band; whatever lies elsewhere is typed. */
function Starts({ about, draft, set, error, now }: PartProps & { about: About; now: Date }) {
  const { t } = useTranslation('engagement');
  const format = useFormat();
  const [picked, setPicked] = useState<Band | null>(null);
  const [own, setOwn] = useState(false);
  if (draft.day === null) {
    return (
      <FieldGroup label={t('form.time')} error={error}>
        <Small>{t('form.dayFirst')}</Small>
      </FieldGroup>
    );
  }
  const { day } = draft;
  const named = bandsOn(about.times, day);
  const offered = (named.length === 0 ? BANDS : named).filter((band) => startsOn(day, band, now).length > 0);
  const chosen = draft.time === null ? null : bandWith(draft.time);
  const listed = (band: Band | null) => band !== null && offered.includes(band);
  const band = listed(picked) ? picked : listed(chosen) ? chosen : (offered[0] ?? null);
  const typed = own || band === null || (draft.time !== null && !listed(chosen));

  return (
    <FieldGroup
      label={t('form.time') + format.zoneNote()}
      error={typed ? undefined : error}
      {...(named.length === 0 && about.times.length > 0 ? { hint: t('form.elsewhere') } : {})}
    >
      {offered.length > 1 && (
        <ChipRadios<Band>
          legend={t('form.band')}
          name="band"
          value={typed ? null : band}
          options={offered.map((value) => ({
            value,
            label: `${format.band(value)} ${format.bandHours(value)}`,
          }))}
          onChange={(value) => {
            setPicked(value);
            setOwn(false);
            if (value !== chosen) set({ time: null });
          }}
        />
      )}
      <ChipRadios<string>
        legend={t('form.time')}
        name="time"
        value={typed ? OWN : draft.time}
        options={[
          ...(band === null ? [] : startsOn(day, band, now)).map((value) => ({
            value,
            label: format.clockTime(value),
          })),
          { value: OWN, label: t('form.otherTime') },
        ]}
        onChange={(value) => {
          setOwn(value === OWN);
          if (value !== OWN) set({ time: value });
        }}
      />
      {typed && (
        <TextField
          label={t('form.timeTyped')}
          type="time"
          step={900}
          value={draft.time ?? ''}
          onText={(time) => set({ time: time === '' ? null : time.slice(0, 5) })}
          error={error}
        />
      )}
    </FieldGroup>
  );
}

function Minutes({ usual, draft, set, error }: PartProps & { usual: number }) {
  const { t } = useTranslation('engagement');
  const format = useFormat();
  const [own, setOwn] = useState(false);
  const offered = [...new Set([...MINUTES, usual])].sort((a, b) => a - b).map(String);
  const typed = own || !offered.includes(draft.minutes);
  return (
    <FieldGroup label={t('form.minutes')} error={typed ? undefined : error}>
      <ChipRadios<string>
        legend={t('form.minutes')}
        name="minutes"
        value={typed ? OWN : draft.minutes}
        options={[
          ...offered.map((value) => ({ value, label: format.minutes(Number(value)) })),
          { value: OWN, label: t('form.ownMinutes') },
        ]}
        onChange={(value) => {
          setOwn(value === OWN);
          if (value !== OWN) set({ minutes: value });
        }}
      />
      {typed && (
        <TextField
          label={t('form.minutesTyped')}
          hint={t('form.minutesHint')}
          inputMode="numeric"
          autoComplete="off"
          value={draft.minutes}
          onText={(text) => set({ minutes: text.normalize('NFKC').replace(/\D/g, '').slice(0, 3) })}
          error={error}
        />
      )}
    </FieldGroup>
  );
}
