import { useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Me } from '#/api/types.ts';
import { useRefusal } from '#/api/problem/formProblems.ts';
import { queryClient } from '#/api/client/query.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { useWrite } from '#/api/client/useWrite.ts';
import { PlaceSheet, type Place } from '#/features/address/index.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { FormGroup, FormTextArea, FormTextField } from '#/shared/form/fields.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Chip, ChipRow } from '#/shared/ui/Chip.tsx';
import { Fields } from '#/shared/ui/Field.tsx';
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

interface Profile {
  name: string;
  place: Place | null;
  bio: string;
  languages: string[];
}

const FIELDS: Readonly<Record<string, keyof Profile>> = {
  '/name': 'name',
  '/region_code': 'place',
  '/bio': 'bio',
  '/languages': 'languages',
};
const fieldOf = (pointer: string) => FIELDS[pointer];

function Form({ me }: { me: Me }) {
  const { t } = useTranslation(['membership', 'common']);
  const navigate = useNavigate();
  const form = useForm<Profile>({
    defaultValues: { name: me.name ?? '', place: null, bio: me.bio, languages: me.languages },
  });
  const { control } = form;
  const sheet = useSheet('place');

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
  useRefusal(form, save.error, fieldOf);
  const named = Object.keys(form.formState.errors).length > 0;

  const submit = form.handleSubmit(({ name, place, bio, languages }) =>
    save.mutate({
      name: name.trim(),
      bio: bio.trim(),
      languages,
      ...(place === null ? {} : { region_code: place.code }),
    }),
  );

  return (
    <Screen
      title={t('profile.title')}
      back={paths.me}
      foot={
        <Button kind="main" wide busy={save.isPending} onClick={() => void submit()}>
          {t('common:act.save')}
        </Button>
      }
    >
      <Fields>
        <FormTextField
          control={control}
          name="name"
          label={t('profile.name')}
          hint={t('profile.nameHint')}
          autoComplete="nickname"
          max={20}
        />
        <FormGroup control={control} name="place" label={t('profile.place')}>
          {({ value }) => (
            <Button wide onClick={sheet.open}>
              <Icon name="pin" size={18} />
              {(value ?? me.region)?.path ?? t('profile.pick')}
            </Button>
          )}
        </FormGroup>
        <FormTextArea
          control={control}
          name="bio"
          label={t('profile.bio')}
          hint={t('profile.bioHint')}
          optional
          max={600}
        />
        <FormGroup control={control} name="languages" label={t('profile.languages')}>
          {({ value, set }) => (
            <ChipRow label={t('profile.languages')}>
              {Object.entries(LANGUAGES).map(([code, own]) => (
                <Chip
                  key={code}
                  on={value.includes(code)}
                  onClick={() =>
                    set(value.includes(code) ? value.filter((one) => one !== code) : [...value, code])
                  }
                >
                  <span lang={code}>{own}</span>
                </Chip>
              ))}
            </ChipRow>
          )}
        </FormGroup>
        <ProblemLine error={named ? null : save.error} />
      </Fields>
      <PlaceSheet onPick={(place) => form.setValue('place', place)} />
    </Screen>
  );
}
