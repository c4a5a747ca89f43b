import { useState } from 'react';
import { Button } from '#/shared/ui/Button.tsx';
import { ChipRadios } from '#/shared/ui/Chip.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { RadioRows } from '#/shared/ui/RadioRows.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';

/** The sheet with the most parts. */
export function Outcome() {
  const sheet = useSheet('outcome');
  const [claim, setClaim] = useState<'took_place' | 'not' | 'other' | 'me' | null>('took_place');
  const [minutes, setMinutes] = useState<number | null>(60);
  return (
    <Sheet
      name="outcome"
      title="어떻게 됐나요?"
      lead="두 사람의 답이 맞으면 기록돼요. 한결님은 아직 답하지 않았어요."
      foot={
        <>
          <HourRing minutes={minutes ?? 60} state="wait" size={52} />
          <Button kind="main" wide onClick={sheet.close}>
            했어요 · 60분, 답 보내기
          </Button>
        </>
      }
    >
      <RadioRows
        legend="어떻게 됐나요?"
        legendHidden
        name="claim"
        value={claim}
        onChange={setClaim}
        options={[
          {
            value: 'took_place',
            title: '했어요',
            extra: (
              <ChipRadios
                legend="길이"
                name="held"
                value={minutes}
                options={[45, 60, 75, 90].map((n) => ({ value: n, label: `${n}분` }))}
                onChange={setMinutes}
              />
            ),
          },
          {
            value: 'not',
            title: '못 했어요, 누구 탓도 아니에요',
            note: '한결님의 답도 같으면 이대로 끝나요',
          },
          { value: 'other', title: '한결님이 오지 않았어요' },
          { value: 'me', title: '제가 못 갔어요' },
        ]}
      />
    </Sheet>
  );
}
