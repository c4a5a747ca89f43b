import { PageTitle, Screen } from '#/shared/nav/Screen.tsx';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonRow } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { Row, Section, Small, Written } from '#/shared/ui/Stack.tsx';
import { WeekTimes } from '#/shared/ui/WeekTimes.tsx';

/** A page with a way back and a sticky main act. */
export function Task() {
  return (
    <Screen
      title="통기타 첫걸음"
      heading="page"
      back={paths.search()}
      foot={
        <ButtonRow>
          <Button>물어보기</Button>
          <Button kind="main" wide>
            시간 제안하기
          </Button>
        </ButtonRow>
      }
    >
      <PageTitle over="음악 · 만나서">통기타 첫걸음, 코드 세 개로 한 곡</PageTitle>
      <Row>
        <Avatar id="doyun" name="도윤" size={48} />
        <div>
          <h3>도윤</h3>
          <Small>망원동 · 나눔 12번</Small>
        </div>
      </Row>
      <Section title="이야기">
        <Written>
          G, C, D만 잡으면 한 시간 안에 노래 한 곡을 끝까지 칠 수 있어요. 손가락이 아픈 건 다들 그래요.
        </Written>
      </Section>
      <Section title="한 번에">
        <Card row>
          <HourRing minutes={60} size={56} />
          <div>
            <h3>한 번에 60분</h3>
            <Small>준비물: 없음</Small>
          </div>
        </Card>
      </Section>
      <Section title="가능한 시간">
        <WeekTimes times={['tue-evening', 'thu-evening', 'sat-morning']} />
      </Section>
    </Screen>
  );
}
