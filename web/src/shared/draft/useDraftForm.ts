import { useEffect, useEffectEvent, useRef } from 'react';
import { useForm, useWatch, type DefaultValues, type FieldValues, type Resolver } from 'react-hook-form';
import { useDraft } from './useDraft.ts';

/** A long form; its text is kept while it is written (`useDraft`). `values`: as they are now. */
export function useDraftForm<V extends FieldValues>(initial: V, resolver: Resolver<V>) {
  const draft = useDraft<V>(initial);
  const form = useForm<V>({ defaultValues: draft.start as DefaultValues<V>, resolver });
  const values = useWatch({ control: form.control, compute: (all: V) => all });
  const kept = useRef(JSON.stringify(draft.start));

  const keep = useEffectEvent((now: V) => {
    const text = JSON.stringify(now);
    if (text === kept.current) return;
    kept.current = text;
    draft.save(now);
  });
  useEffect(() => keep(values), [values]);

  return {
    form,
    values,
    draft: {
      found: draft.found,
      resume: () => form.reset(draft.resume()),
      startFresh: draft.startFresh,
      clear: draft.clear,
    },
  };
}
