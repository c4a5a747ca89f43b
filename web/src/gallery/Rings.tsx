import { Card } from '#/shared/ui/Card.tsx';
import { HourRing, type RingState } from '#/shared/ui/HourRing.tsx';
import { Row, Stack } from '#/shared/ui/Stack.tsx';

const STATES: readonly RingState[] = [
  'offer',
  'agreed',
  'wait',
  'took_place',
  'did_not_take_place',
  'on_hold',
];
const MINUTES = [0, 15, 30, 45, 60, 90, 120, 480];

/** The one picture of all states: on paper and on a card, in three sizes. */
export function Rings() {
  return (
    <main id="main" data-testid="rings">
      <h1>Rings</h1>
      <Stack gap={1}>
        {STATES.map((state) => (
          <Row key={state} wrap>
            {MINUTES.map((minutes) => (
              <HourRing key={minutes} minutes={minutes} state={state} size={40} />
            ))}
          </Row>
        ))}
        <Card>
          <Stack gap={1}>
            {STATES.map((state) => (
              <Row key={state} wrap>
                {[15, 60, 90, 120, 480].map((minutes) => (
                  <HourRing key={minutes} minutes={minutes} state={state} size={52} />
                ))}
              </Row>
            ))}
          </Stack>
        </Card>
        <Row>
          <HourRing minutes={60} state="took_place" size={96} />
          <HourRing minutes={90} state="agreed" size={96} />
          <HourRing minutes={60} size={56} />
        </Row>
      </Stack>
    </main>
  );
}
