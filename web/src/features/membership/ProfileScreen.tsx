import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Me } from '#/api/types.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { queryClient } from '#/api/client/query.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { useWrite } from '#/api/client/useWrite.ts';
import { PlaceSheet, type Place } from '#/features/address/index.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Chip, ChipRow } from '#/shared/ui/Chip.tsx';
import { FieldGroup, Fields, TextArea, TextField } from '#/shared/ui/Field.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { useSheet } from '#/shared/ui/useSheet.ts';

/** Languages that neighbours here speak; each is written in itself. */
const LANGUAGES = {
  ko: '한국어',
  en: 'English',
  kvk: '한국수어',
  zh: '中文',
  ja: '日本語',
  vi: 'Tiếng Việt',
  th: 'ไทย',
  ru: 'Русский',
  mn: 'Монгол',
  uz: 'Oʻzbekcha',
} as const;

export default function ProfileScreen() {
  const { t } = useTranslation('membership');
  const me = useMe();
  if (me.data !== undefined) return <Form me={me.data} />;
  return (
    <Screen title={t('profile.title')} back={paths.me}>
      {me.isError ? <ProblemState error={me.error} onRetry={me.refetch} /> : <SkeletonPage />}
    </Screen>
  );
}

function Form({ me }: { me: Me }) {
  const { t } = useTranslation(['membership', 'common']);
  const navigate = useNavigate();
  const [name, setName] = useState(me.name ?? '');
  const [bio, setBio] = useState(me.bio);
  const [place, setPlace] = useState<Place | null>(null);
  const [languages, setLanguages] = useState(me.languages);
  const sheet = useSheet('place');
  const where = place ?? me.region;

  const save = useWrite({
    send: (profile: { name: string; bio: string; languages: string[]; region_code?: string }) =>
      ok<Me>(api.PATCH('/api/core/me', { body: profile })),
    onDone: (saved) => {
      queryClient.setQueryData(keys.me, saved);
      void queryClient.invalidateQueries({ queryKey: keys.member });
      toast(t('profile.saved'));
      void navigate(paths.me, { replace: true });
    },
  });
  const fields = fieldTexts(save.error);
  const elsewhere = ['/name', '/bio', '/region_code', '/languages'].every((at) => fields[at] === undefined);

  function toggle(language: string): void {
    setLanguages((now) =>
      now.includes(language) ? now.filter((one) => one !== language) : [...now, language],
    );
  }

  return (
    <Screen
      title={t('profile.title')}
      back={paths.me}
      foot={
        <Button
          kind="main"
          wide
          busy={save.isPending}
          onClick={() =>
            save.mutate({
              name: name.trim(),
              bio: bio.trim(),
              languages,
              ...(place === null ? {} : { region_code: place.code }),
            })
          }
        >
          {t('common:act.save')}
        </Button>
      }
    >
      <Fields>
        <TextField
          label={t('profile.name')}
          hint={t('profile.nameHint')}
          autoComplete="nickname"
          max={20}
          value={name}
          onText={setName}
          error={fields['/name']}
        />
        <FieldGroup label={t('profile.place')} error={fields['/region_code']}>
          <Button wide onClick={sheet.open}>
            <Icon name="pin" size={18} />
            {where === null ? t('profile.pick') : where.path}
          </Button>
        </FieldGroup>
        <TextArea
          label={t('profile.bio')}
          hint={t('profile.bioHint')}
          optional
          max={600}
          value={bio}
          onText={setBio}
          error={fields['/bio']}
        />
        <FieldGroup label={t('profile.languages')} error={fields['/languages']}>
          <ChipRow label={t('profile.languages')}>
            {Object.entries(LANGUAGES).map(([code, own]) => (
              <Chip key={code} on={languages.includes(code)} onClick={() => toggle(code)}>
                <span lang={code}>{own}</span>
              </Chip>
            ))}
          </ChipRow>
        </FieldGroup>
        <ProblemLine error={elsewhere ? save.error : null} />
      </Fields>
      <PlaceSheet onPick={setPlace} />
    </Screen>
  );
}
