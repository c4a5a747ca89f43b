import { useEffect, useState, type ChangeEvent } from 'react';

export interface ComposedValue {
  /** What stands in the field, half syllables included: send this to a search that knows 초성. */
  text: string;
  set: (text: string) => void;
  /** No composition, and 300 ms since the last change: only now may "nothing found" be shown. */
  calm: boolean;
  bind: {
    value: string;
    onChange: (event: ChangeEvent<HTMLInputElement>) => void;
    onCompositionStart: () => void;
    onCompositionEnd: () => void;
  };
}

const REST_MS = 300;

export function useComposedValue(initial = ''): ComposedValue {
  const [text, setText] = useState(initial);
  const [composing, setComposing] = useState(false);
  const [calmText, setCalmText] = useState<string | null>(initial);

  useEffect(() => {
    if (composing) return undefined;
    const timer = setTimeout(() => setCalmText(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text, composing]);

  return {
    text,
    set: setText,
    calm: !composing && calmText === text,
    bind: {
      value: text,
      onChange: (event) => setText(event.target.value),
      onCompositionStart: () => {
        setComposing(true);
        setCalmText(null);
      },
      onCompositionEnd: () => setComposing(false),
    },
  };
}
