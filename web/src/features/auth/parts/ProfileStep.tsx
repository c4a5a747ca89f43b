import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Me } from '#/api/types.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { queryClient } from '#/api/client/query.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { useWrite } from '#/api/client/useWrite.ts';
import { choosePlace, PlaceSheet, usePlace, type Place } from '#/features/address/index.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { FieldGroup, Fields, TextField } from '#/shared/ui/Field.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { StepFrame } from './StepFrame.tsx';

/** Name and 동: with them the profile is complete. A 동 chosen as a visitor is offered. */
export function ProfileStep({ me, onDone }: { me: Me | undefined; onDone: () => void }) {
  const { t } = useTranslation('auth');
  const looked = usePlace();
  const [name, setName] = useState(me?.name ?? '');
  const [picked, setPicked] = useState<Place | null>(null);
  const [missing, setMissing] = useState(false);
  const sheet = useSheet('place');
  const place = picked ?? looked;

  const save = useWrite({
    send: (profile: { name: string; region_code: string }) =>
      ok<Me>(api.PATCH('/api/core/me', { body: profile })),
    onDone: (saved) => {
      queryClient.setQueryData(keys.me, saved);
      if (place !== null) choosePlace(place);
      onDone();
    },
  });
  const fields = fieldTexts(save.error);
  const named = fields['/name'] !== undefined || fields['/region_code'] !== undefined;

  function submit(): void {
    const lacking = name.trim() === '' || place === null;
    setMissing(lacking);
    if (!lacking) save.mutate({ name: name.trim(), region_code: place.code });
  }

  return (
    <>
      <StepFrame
        step={4}
        title={t('profile.title')}
        act={t('signup.finish')}
        focusField
        busy={save.isPending}
        onSubmit={submit}
      >
        <Fields>
          <TextField
            label={t('profile.name')}
            hint={t('profile.nameHint')}
            autoComplete="nickname"
            max={20}
            value={name}
            onText={setName}
            error={fields['/name'] ?? (missing && name.trim() === '' ? t('profile.nameMissing') : undefined)}
          />
          <FieldGroup
            label={t('profile.place')}
            hint={t('profile.placeHint')}
            error={
              fields['/region_code'] ?? (missing && place === null ? t('profile.placeMissing') : undefined)
            }
          >
            <Button wide onClick={sheet.open}>
              <Icon name="pin" size={18} />
              {place === null ? t('profile.pick') : place.path}
            </Button>
          </FieldGroup>
          <ProblemLine error={named ? null : save.error} />
        </Fields>
      </StepFrame>
      <PlaceSheet onPick={setPicked} />
    </>
  );
}
