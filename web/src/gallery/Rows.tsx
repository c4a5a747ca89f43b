import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Chip, ChipRow, SelectChip } from '#/shared/ui/Chip.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { Row, Section, Small, Stack } from '#/shared/ui/Stack.tsx';
import { Tabs } from '#/shared/ui/Tabs.tsx';
import { Tag } from '#/shared/ui/Tag.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';

/** Lists as the home and the search have them. */
export function Rows() {
  const sheet = useSheet('outcome');
  return (
    <>
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
    </>
  );
}
