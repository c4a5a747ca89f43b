import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import type { Place } from '../chosen.ts';
import { PlacePicker } from './PlacePicker.tsx';

/** The picker over a page: `useSheet('place').open()`. Closes itself, then tells. */
export function PlaceSheet({ name = 'place', onPick }: { name?: string; onPick: (place: Place) => void }) {
  const { isOpen } = useSheet(name);
  // Its texts may still be on the way: then the sheet waits, never the page beneath.
  return <Suspense fallback={null}>{isOpen && <Opened name={name} onPick={onPick} />}</Suspense>;
}

function Opened({ name, onPick }: { name: string; onPick: (place: Place) => void }) {
  const { t } = useTranslation('address');
  const { close } = useSheet(name);
  return (
    <Sheet name={name} title={t('picker.title')} tall>
      <PlacePicker
        autoFocus
        onPick={(place) => {
          close();
          onPick(place);
        }}
      />
    </Sheet>
  );
}
