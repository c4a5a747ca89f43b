import { lazyPart } from '#/shared/nav/lazyPart.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import type { Place } from '../chosen.ts';

const PickerSheet = lazyPart(() => import('./PickerSheet.tsx'));

/** The picker over a page: `useSheet('place').open()`. Closes itself, then tells. */
export function PlaceSheet({ name = 'place', onPick }: { name?: string; onPick: (place: Place) => void }) {
  // Its code and texts may still be on the way: then the sheet waits, never the page beneath.
  return <PickerSheet open={useSheet(name).isOpen} name={name} onPick={onPick} />;
}
