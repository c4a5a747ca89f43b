import type { ComponentProps, ReactNode } from 'react';
import {
  useController,
  type Control,
  type FieldPath,
  type FieldPathByValue,
  type FieldPathValue,
  type FieldValues,
} from 'react-hook-form';
import { FieldGroup, TextArea, TextField } from '#/shared/ui/Field.tsx';

/** The kit's fields, bound to a form by name: value, error, and the focus that the first error takes. */
type Bound<Props, V extends FieldValues> = Omit<Props, 'value' | 'onText' | 'error' | 'ref' | 'name'> & {
  control: Control<V>;
  name: FieldPathByValue<V, string>;
};

export function FormTextField<V extends FieldValues>({
  control,
  name,
  ...props
}: Bound<ComponentProps<typeof TextField>, V>) {
  const { field, fieldState } = useController({ control, name });
  return (
    <TextField
      {...props}
      ref={(node) => field.ref(node === null ? null : focusOn(node))}
      value={field.value}
      onText={field.onChange}
      error={fieldState.error?.message}
    />
  );
}

export function FormTextArea<V extends FieldValues>({
  control,
  name,
  ...props
}: Bound<ComponentProps<typeof TextArea>, V>) {
  const { field, fieldState } = useController({ control, name });
  return (
    <TextArea
      {...props}
      ref={(node) => field.ref(node === null ? null : focusOn(node))}
      value={field.value}
      onText={field.onChange}
      error={fieldState.error?.message}
    />
  );
}

interface GroupProps<V extends FieldValues, N extends FieldPath<V>> extends Omit<
  ComponentProps<typeof FieldGroup>,
  'children' | 'error' | 'ref'
> {
  control: Control<V>;
  name: N;
  /** The part inside shows the error itself. */
  errorInside?: boolean;
  children: (field: {
    value: FieldPathValue<V, N>;
    set: (value: FieldPathValue<V, N>) => void;
    error: string | undefined;
  }) => ReactNode;
}

/** A field that is not one input: chips, a strip of days, a picker. */
export function FormGroup<V extends FieldValues, N extends FieldPath<V>>({
  control,
  name,
  errorInside = false,
  children,
  ...props
}: GroupProps<V, N>) {
  const { field, fieldState } = useController({ control, name });
  const error = fieldState.error?.message;
  return (
    <FieldGroup
      {...props}
      ref={(node) => field.ref(node === null ? null : focusOn(node))}
      error={errorInside ? undefined : error}
    >
      {children({ value: field.value, set: field.onChange, error })}
    </FieldGroup>
  );
}

/** What the form calls on the first refused field. The bars at both ends would cover what is merely in view. */
function focusOn(node: HTMLElement): { focus: () => void } {
  return {
    focus: () => {
      const target = node.matches('input, textarea')
        ? node
        : (node.querySelector<HTMLElement>('[aria-invalid="true"]') ??
          node.querySelector<HTMLElement>('input, button'));
      target?.focus({ preventScroll: true });
      target?.scrollIntoView({ block: 'center' });
    },
  };
}
