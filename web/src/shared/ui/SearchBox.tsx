import type { InputHTMLAttributes, ReactNode, Ref } from 'react';
import type { ComposedValue } from '#/shared/ime/useComposedValue.ts';
import { Icon } from './Icon.tsx';
import styles from './SearchBox.module.css';

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'style' | 'type'> & {
  input: ComposedValue;
  /** A button inside the right edge; `undefined`: none will ever stand there. */
  end?: ReactNode;
  ref?: Ref<HTMLInputElement>;
};

/** The field of everything that is looked for: a glass, what is typed, and what clears it. */
export function SearchBox({ input, end, ...rest }: Props) {
  return (
    <div className={styles.box} data-end={end !== undefined}>
      <Icon name="find" size={20} />
      <input
        {...rest}
        {...input.bind}
        className={styles.input}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      {end}
    </div>
  );
}
