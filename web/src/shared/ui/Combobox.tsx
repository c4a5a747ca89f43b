import { useId, useState, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { isPlainEnter } from '#/shared/ime/enter.ts';
import type { ComposedValue } from '#/shared/ime/useComposedValue.ts';
import { SearchBox } from './SearchBox.tsx';
import styles from './Combobox.module.css';

interface Props<T> {
  label: string;
  placeholder?: string;
  /** From `useComposedValue`: knows when a Hangul syllable is still being put together. */
  input: ComposedValue;
  options: readonly T[];
  keyOf: (option: T) => string;
  /** The row; keep it to text and `mark`. */
  render: (option: T) => ReactNode;
  onSelect: (option: T) => void;
  /** Enter without a chosen row (a free search); without it Enter takes the first row. */
  onSubmit?: (text: string) => void;
  /** Shown instead of rows once nothing was found and the typing has come to rest. */
  empty?: ReactNode;
  /** The answer belongs to an earlier text: rows stay, "nothing found" waits. */
  busy?: boolean;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/**
 * role=combobox with its list below in the page (a whole page or a sheet is the picker, so nothing floats).
 * Focus stays in the field; arrows move `aria-activedescendant`; Enter during a composition belongs to the IME.
 */
export function Combobox<T>(props: Props<T>) {
  const {
    label,
    placeholder,
    input,
    options,
    keyOf,
    render,
    onSelect,
    onSubmit,
    empty,
    busy = false,
    autoFocus = false,
    ref,
  } = props;
  const id = useId();
  // The key, not the index: the rows may change under the arrow.
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const active = options.findIndex((option) => keyOf(option) === activeKey);
  const expanded = options.length > 0;

  function move(to: number): void {
    const option = options.at(to % options.length);
    setActiveKey(option === undefined ? null : keyOf(option));
    if (option !== undefined)
      document.getElementById(`${id}-${keyOf(option)}`)?.scrollIntoView({ block: 'nearest' });
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' && expanded) {
      event.preventDefault();
      move(active + 1);
    } else if (event.key === 'ArrowUp' && expanded) {
      event.preventDefault();
      move(active <= 0 ? -1 : active - 1);
    } else if (event.key === 'Escape' && input.text !== '') {
      event.preventDefault();
      event.stopPropagation();
      input.set('');
    } else if (isPlainEnter(event)) {
      event.preventDefault();
      const chosen = active >= 0 ? options[active] : onSubmit === undefined ? options[0] : undefined;
      if (chosen !== undefined) onSelect(chosen);
      else onSubmit?.(input.text);
    }
  }

  return (
    <div className={styles.combobox}>
      <SearchBox
        input={input}
        {...(ref === undefined ? {} : { ref })}
        role="combobox"
        aria-label={label}
        aria-expanded={expanded}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${id}-${activeKey}` : undefined}
        placeholder={placeholder}
        // A picker that fills the page exists to be typed into.
        autoFocus={autoFocus}
        data-autofocus={autoFocus || undefined}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} className={styles.list} hidden={!expanded}>
        {options.map((option, index) => (
          // Keys belong to the field (aria-activedescendant); the row only takes the finger.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={keyOf(option)}
            id={`${id}-${keyOf(option)}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={styles.option}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onSelect(option)}
          >
            {render(option)}
          </li>
        ))}
      </ul>
      <div role="status" className={styles.empty}>
        {!expanded && !busy && input.calm && input.text.trim() !== '' ? empty : null}
      </div>
    </div>
  );
}
