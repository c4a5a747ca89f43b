import { useState } from 'react';
import { useNow } from '#/shared/format/useNow.ts';
import type { TimeSlot } from '#/shared/format/weekTimes.ts';
import { useComposedValue } from '#/shared/ime/useComposedValue.ts';
import { PageTitle, Screen } from '#/shared/nav/Screen.tsx';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button, ButtonRow, IconLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Chip, ChipRadios, ChipRow, SelectChip } from '#/shared/ui/Chip.tsx';
import { Combobox } from '#/shared/ui/Combobox.tsx';
import { Diff } from '#/shared/ui/Diff.tsx';
import { FieldGroup, Fields, TextArea, TextField } from '#/shared/ui/Field.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { Sheet } from '#/shared/ui/Sheet.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { Row, Section, Small, Stack } from '#/shared/ui/Stack.tsx';
import { EmptyState, ErrorState } from '#/shared/ui/States.tsx';
import { Strip14Days } from '#/shared/ui/Strip14Days.tsx';
import { Tabs } from '#/shared/ui/Tabs.tsx';
import { Tag } from '#/shared/ui/Tag.tsx';
import { Timeline } from '#/shared/ui/Timeline.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { RadioRows } from '#/shared/ui/RadioRows.tsx';
import { CheckRow } from '#/shared/ui/CheckRow.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { WeekTimes, WeekTimesPicker } from '#/shared/ui/WeekTimes.tsx';

const PLACES = ['망원동', '망우동', '망미동'];

export function Kitchen() {
  const now = useNow();
  const sheet = useSheet('outcome');
  const [claim, setClaim] = useState<'took_place' | 'not' | 'other' | 'me' | null>('took_place');
  const [minutes, setMinutes] = useState<number | null>(60);
  const [day, setDay] = useState<string | null>(null);
  const [times, setTimes] = useState<TimeSlot[]>(['tue-evening', 'thu-evening', 'sat-morning']);
  const [text, setText] = useState('통기타 첫걸음');
  const [ticked, setTicked] = useState(true);
  const place = useComposedValue('망');

  return (
    <Screen
      title="부엌"
      heading="page"
      start={
        <Row>
          <b>망원동</b>
          <Icon name="down" size={18} />
        </Row>
      }
      end={
        <IconLink label="소식" to="?inbox" count={3}>
          <Icon name="bell" />
        </IconLink>
      }
      aside={
        <Card>
          <h2>오른쪽 단</h2>
          <Small>1200 px부터 여기에 서요.</Small>
        </Card>
      }
    >
      <PageTitle home>민지님, 답할 제안이 1개 있어요</PageTitle>
      <Section title="내 차례예요" end="2">
        <Card>
          <Stack gap={2}>
            <Row>
              <Avatar id="seo" name="서연" />
              <div>
                <h3>서연님이 시간을 바꿔 제안했어요</h3>
                <Small>영어 그림책 · 내일 오전 10:00까지</Small>
              </div>
            </Row>
            <Button kind="main" size="small" wide onClick={sheet.open}>
              제안 보기
            </Button>
          </Stack>
        </Card>
      </Section>
      <Section title="다음 약속">
        <Card row>
          <Stack gap={0}>
            <Small tone="pine">오늘 오후 7:00</Small>
            <h3>통기타 첫걸음, 코드 세 개로 한 곡</h3>
            <Small>도윤님과 · 망원동</Small>
          </Stack>
          <HourRing minutes={60} state="agreed" size={52} />
        </Card>
      </Section>
      <Section title="가까운 재능" end={<a href="#main">모두 보기</a>}>
        <ChipRow label="거르기">
          <Chip on opens onClick={() => {}}>
            망원동 5 km
          </Chip>
          <Chip opens onClick={() => {}}>
            만나서
          </Chip>
          <Chip opens onClick={() => {}}>
            요일
          </Chip>
          <Chip opens onClick={() => {}}>
            분야
          </Chip>
          <SelectChip
            label="언제"
            value="a"
            options={[
              { value: 'a', label: '아무 때나' },
              { value: 'b', label: '주말' },
            ]}
            onChange={() => {}}
          />
        </ChipRow>
        <Tabs
          label="무엇을"
          tabs={[
            { to: '?', label: '재능', current: true },
            { to: '?b', label: '도움 요청', current: false, count: 3 },
          ]}
          end={
            <SelectChip
              bare
              label="차례"
              value="recommended"
              options={[
                { value: 'recommended', label: '추천순' },
                { value: 'near', label: '가까운순' },
              ]}
              onChange={() => {}}
            />
          }
        />
        <List>
          <ListRow
            start={<Avatar id="가온" name="가온" />}
            title="메뉴판 손글씨로 다시 써 드려요"
            who="가온님 · 연남동 · 약 2 km"
            facts="90분 · 만나서"
            end={<HourRing minutes={90} />}
            to="?row=1"
          />
          <ListRow
            start={<Avatar id="eunu" name="은우" />}
            title={
              <>
                <mark>기타</mark> 줄 갈기와 손질
              </>
            }
            who="은우님 · 성산동 · 약 1 km"
            facts="45분 · 만나서 · 화·목 저녁"
            end={<HourRing minutes={45} />}
            to="?row=2"
          />
          <ListRow
            title="이력서 한 장으로 줄이기"
            who="유나님과 · 11월 12일"
            tags={<Tag>답이 달라 기록을 멈췄어요</Tag>}
            end={<HourRing minutes={45} state="on_hold" size={52} />}
          />
          <ListRow
            title="세탁기 물이 안 빠질 때"
            who="한결님과 · 11월 21일"
            tags={
              <>
                <Tag tone="kaki">한결님의 답을 기다려요</Tag>
                <Tag tone="pine">두 사람이 확인했어요</Tag>
                <Tag tone="sky">온라인</Tag>
              </>
            }
            end={<HourRing minutes={60} state="wait" size={52} />}
          />
        </List>
        <Card tone="dashed">
          <h3>찾는 재능이 없나요?</h3>
          <Small>10 km로 넓히면 9개가 더 있어요.</Small>
          <ChipRow>
            <Chip onClick={() => {}}>10 km로 보기</Chip>
            <Chip onClick={() => {}}>도움 요청 올리기</Chip>
          </ChipRow>
        </Card>
      </Section>
      <Section title="가능한 시간">
        <WeekTimes times={times} />
      </Section>
      <Section title="제안">
        <Stack>
          <Card flush>
            <Diff
              before="내 제안"
              now="새 제안"
              lines={[
                { name: '날짜', before: '11월 26일 (목)', now: '11월 28일 (토)', changed: true },
                { name: '길이', before: '45분', now: '60분', changed: true },
                { name: '방법', before: '만나서', now: '만나서', changed: false },
                { name: '만날 곳', before: '작은 카페', now: '작은 카페', changed: false },
              ]}
            />
          </Card>
          <Card tone="pine" row>
            <Icon name="check" size={20} />
            <b>그 시간에 겹치는 약속이 없어요</b>
          </Card>
          <Button kind="main" wide onClick={() => toast('약속했어요', { label: '보기', run: () => {} })}>
            이대로 약속하기
          </Button>
          <ButtonRow>
            <Button wide>다시 제안하기</Button>
            <Button wide>거절하기</Button>
          </ButtonRow>
        </Stack>
      </Section>
      <Section title="지금까지">
        <Timeline
          now={now}
          entries={[
            { key: 'a', text: '서연님이 시간을 바꿔 제안했어요', at: now.toISOString(), open: true },
            {
              key: 'b',
              text: '내가 목요일로 다시 제안했어요',
              at: new Date(now.getTime() - 86_400_000).toISOString(),
            },
            {
              key: 'c',
              text: '서연님이 처음 제안했어요',
              at: new Date(now.getTime() - 9 * 86_400_000).toISOString(),
            },
          ]}
        />
      </Section>
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
      <Section title="비었을 때">
        <EmptyState title="지금 답할 일이 없어요." />
        <ErrorState
          text="제대로 끝내지 못했어요. 다시 해도 안 되면 이 번호를 알려 주세요: 7F3A"
          requestId="0193-7f3a"
          onRetry={() => {}}
        />
        <SkeletonList rows={2} />
      </Section>
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
    </Screen>
  );
}
