import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ok } from './client.ts';
import { keys } from './keys.ts';
import type { Me } from '../types.ts';
import { useSession } from '../session/useSession.ts';

/** The member's own profile; idle for a visitor. */
export function useMe(): UseQueryResult<Me> {
  const member = useSession().status === 'member';
  return useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => ok<Me>(api.GET('/api/core/me', { signal })),
    enabled: member,
    staleTime: 60_000,
  });
}
