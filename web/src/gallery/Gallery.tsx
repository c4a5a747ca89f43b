import { useNow } from '#/shared/format/useNow.ts';
import { PageTitle, Screen } from '#/shared/nav/Screen.tsx';
import { Button, ButtonRow, IconLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Diff } from '#/shared/ui/Diff.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { Row, Section, Small, Stack } from '#/shared/ui/Stack.tsx';
import { EmptyState, ErrorState } from '#/shared/ui/States.tsx';
import { Timeline } from '#/shared/ui/Timeline.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { WeekTimes } from '#/shared/ui/WeekTimes.tsx';
import { Outcome } from './Outcome.tsx';
import { Rows } from './Rows.tsx';
import { Writing } from './Writing.tsx';

export function Gallery() {
  const now = useNow();

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
      <Rows />
      <Section title="가능한 시간">
        <WeekTimes times={['tue-evening', 'thu-evening', 'sat-morning']} />
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
      <Writing />
      <Section title="비었을 때">
        <EmptyState title="지금 답할 일이 없어요." />
        <ErrorState
          text="제대로 끝내지 못했어요. 다시 해도 안 되면 이 번호를 알려 주세요: 7F3A"
          requestId="0193-7f3a"
          onRetry={() => {}}
        />
        <SkeletonList rows={2} />
      </Section>
      <Outcome />
    </Screen>
  );
}
