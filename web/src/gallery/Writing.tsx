import { useState } from 'react';
import { useNow } from '#/shared/format/useNow.ts';
import type { TimeSlot } from '#/shared/format/weekTimes.ts';
import { useComposedValue } from '#/shared/ime/useComposedValue.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { ChipRadios } from '#/shared/ui/Chip.tsx';
import { Combobox } from '#/shared/ui/Combobox.tsx';
import { FieldGroup, Fields, TextArea, TextField } from '#/shared/ui/Field.tsx';
import { Section, Small } from '#/shared/ui/Stack.tsx';
import { Strip14Days } from '#/shared/ui/Strip14Days.tsx';
import { CheckRow } from '#/shared/ui/CheckRow.tsx';
import { WeekTimesPicker } from '#/shared/ui/WeekTimes.tsx';

const PLACES = ['망원동', '망우동', '망미동'];

/** Everything that is typed or chosen. */
export function Writing() {
  const now = useNow();
  const [minutes, setMinutes] = useState<number | null>(60);
  const [day, setDay] = useState<string | null>(null);
  const [times, setTimes] = useState<TimeSlot[]>(['tue-evening', 'thu-evening', 'sat-morning']);
  const [text, setText] = useState('통기타 첫걸음');
  const [ticked, setTicked] = useState(true);
  const place = useComposedValue('망');
  return (
    <Section title="적는 곳">
      <Fields>
        <TextField
          label="제목"
          value={text}
          onText={setText}
          max={60}
          hint="무엇을 하는지 한눈에 보이게요."
        />
        <TextField
          label="이메일"
          type="email"
          value="a@"
          onText={() => {}}
          error="이메일 주소를 다시 확인해 주세요."
        />
        <TextArea
          label="이야기"
          optional
          value=""
          onText={() => {}}
          max={2000}
          placeholder="어떻게 나누고 싶은가요?"
        />
        <Strip14Days
          legend="날짜"
          value={day}
          onChange={setDay}
          fits={(d) => [2, 4, 6].includes(new Date(d).getUTCDay())}
          now={now}
        />
        <ChipRadios
          legend="길이"
          name="minutes"
          value={minutes}
          options={[30, 45, 60, 90].map((n) => ({ value: n, label: `${n}분` }))}
          onChange={setMinutes}
        />
        <FieldGroup label="가능한 시간">
          <WeekTimesPicker legend="가능한 시간" value={times} onChange={setTimes} />
        </FieldGroup>
        <CheckRow strong checked={ticked} onChange={setTicked}>
          전체 동의
        </CheckRow>
        <CheckRow
          checked={ticked}
          onChange={setTicked}
          end={
            <Button size="small" kind="text">
              보기
            </Button>
          }
        >
          (필수) 이용약관
        </CheckRow>
        <Combobox
          label="동네"
          placeholder="동 이름"
          input={place}
          options={PLACES.filter((name) => name.startsWith(place.text))}
          keyOf={(name) => name}
          render={(name) => (
            <>
              <span>
                <mark>{name.slice(0, place.text.length)}</mark>
                {name.slice(place.text.length)}
              </span>
              <Small>서울 마포구</Small>
            </>
          )}
          onSelect={(name) => place.set(name)}
          empty="그런 동은 없어요. 다른 이름으로 찾아볼까요?"
        />
      </Fields>
    </Section>
  );
}
