import { useEffect } from 'react';
import type { FieldErrors, FieldPath, FieldValues, Resolver, UseFormReturn } from 'react-hook-form';
import { Problem, type FieldProblem } from './problem.ts';
import { fieldTexts, withTexts } from './problemText.ts';

/** Which field of a form a pointer into the sent body means; `undefined`: none of them. */
export type FieldOf<V extends FieldValues> = (pointer: string, values: V) => FieldPath<V> | undefined;

/** Refuses before sending what the server would refuse for sure, in its words. */
export function resolverOf<V extends FieldValues>(
  lacking: (values: V) => readonly FieldProblem[],
  fieldOf: FieldOf<V>,
): Resolver<V> {
  return async (values) => {
    const problems = lacking(values);
    if (problems.length === 0) return { values, errors: {} };
    const refusal = new Problem(422, 'request.invalid', problems, undefined, undefined);
    const texts = fieldTexts(await withTexts(refusal));
    const errors: Record<string, { type: string; message: string | undefined }> = {};
    for (const [pointer, message] of Object.entries(texts))
      errors[fieldOf(pointer, values) ?? 'root'] ??= { type: 'lacking', message };
    return { values: {}, errors: errors as FieldErrors<V> };
  };
}

/** Puts the server's refusal to its fields; the first of them takes the focus. */
export function useRefusal<V extends FieldValues>(
  form: UseFormReturn<V>,
  refused: unknown,
  fieldOf: FieldOf<V>,
): void {
  useEffect(() => {
    let shouldFocus = true;
    for (const [pointer, message] of Object.entries(fieldTexts(refused))) {
      const name = fieldOf(pointer, form.getValues());
      if (name === undefined || message === undefined) continue;
      form.setError(name, { type: 'refused', message }, { shouldFocus });
      shouldFocus = false;
    }
  }, [form, refused, fieldOf]);
}
