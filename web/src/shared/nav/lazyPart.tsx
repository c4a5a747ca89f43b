import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { onceFirstScreenStands } from './firstScreen.ts';
import { whenIdle } from './whenIdle.ts';

/**
 * A part that is not there when a screen opens (a sheet): its code follows when the first screen stands, so that the first
 * load does not wait for it and it is at hand when `open` becomes true. Call it outside of components.
 */
export function lazyPart<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  const Part = lazy(load);
  return function LazyPart({ open, ...props }: Props & { open: boolean }) {
    useEffect(() => onceFirstScreenStands(() => whenIdle(() => void load().catch(() => undefined))), []);
    if (!open) return null;
    return (
      <Suspense fallback={null}>
        {/* TypeScript does not see that a generic type without `open` is Props again. */}
        <Part {...(props as unknown as Props)} />
      </Suspense>
    );
  };
}
