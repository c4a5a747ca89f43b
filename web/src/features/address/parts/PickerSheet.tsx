import { useTranslation } from 'react-i18next';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import type { Place } from '../chosen.ts';
import { PlacePicker } from './PlacePicker.tsx';

export default function PickerSheet({ name, onPick }: { name: string; onPick: (place: Place) => void }) {
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
