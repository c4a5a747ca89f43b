import { PlaceSheet, choosePlace, usePlace } from '#/features/address/index.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';

export function PlacePage() {
  const place = usePlace();
  const sheet = useSheet('place');
  return (
    <Screen title={place?.name ?? '동네'}>
      <Button onClick={sheet.open}>고르기</Button>
      <PlaceSheet onPick={choosePlace} />
    </Screen>
  );
}
