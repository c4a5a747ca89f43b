import { url } from './people.ts';

/** What 민지 finds in the practice neighbourhood: a path for each kind of screen, asked over the API. */
export interface Practice {
  /** Another person's. */
  talent: string;
  need: string;
  person: string;
  /** Her own. */
  ownTalent: string;
  ownNeed: string;
  /** One of each state, by its name; `turn` is where she has to answer a proposal. */
  engagements: Record<string, string>;
  turn: string;
  chat: string;
  inquiry: string;
}

interface Row {
  id: string;
  state?: string;
  hold?: string | null;
  turn?: string | null;
  kind?: string;
  by?: { id: string };
}

export async function practice(): Promise<Practice> {
  const accounts = (await (await fetch(`${url}/api/auth/demo`)).json()) as {
    items: { name: string; email: string; password: string }[];
  };
  const account = accounts.items.find((one) => one.name === '민지');
  const login = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: account?.email, password: account?.password }),
  });
  const session = (await login.json()) as { access_token: string; account: { id: string } };
  const rows = async (path: string): Promise<Row[]> => {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${session.access_token}` } });
    return ((await answer.json()) as { items: Row[] }).items;
  };
  const me = session.account.id;
  const [talents, needs, ownTalents, ownNeeds, engagements, conversations] = await Promise.all([
    rows('/api/core/talents?limit=100'),
    rows('/api/core/needs?limit=100'),
    rows('/api/core/me/talents'),
    rows('/api/core/me/needs'),
    rows('/api/core/engagements?box=all&limit=100'),
    rows('/api/chat/conversations?limit=100'),
  ]);
  // The oldest, which no other story has touched.
  const other = (list: Row[]) => list.filter((row) => row.by?.id !== me).at(-1);
  const path = (kind: string, row: Row | undefined): string => {
    if (row === undefined) throw new Error(`the practice neighbourhood has no ${kind} for 민지`);
    return `/${kind}/${row.id}`;
  };
  const talent = other(talents);
  return {
    talent: path('talents', talent),
    need: path('needs', other(needs)),
    person: `/people/${talent?.by?.id ?? ''}`,
    ownTalent: path('talents', ownTalents[0]),
    ownNeed: path('needs', ownNeeds[0]),
    engagements: Object.fromEntries(
      engagements.map((row) => [row.hold ?? row.state ?? '', path('engagements', row)]),
    ),
    turn: path(
      'engagements',
      engagements.find((row) => row.turn === 'answer'),
    ),
    chat: path(
      'chat',
      conversations.find((row) => row.kind === 'engagement'),
    ),
    inquiry: path(
      'chat',
      conversations.find((row) => row.kind === 'inquiry'),
    ),
  };
}
