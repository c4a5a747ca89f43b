import { useSyncExternalStore } from 'react';
import { useNavigate, useLocation } from 'react-router';
import type { SessionState } from './session.ts';
import { tabSession } from './tab.ts';

export function useSession(): SessionState {
  return useSyncExternalStore(tabSession.subscribe, tabSession.state);
}

/**
 * Everything may be looked at; only the act asks. Returns whether the person may act now; otherwise the sheet
 * "로그인하면 이어서 할 수 있어요" opens, and after logging in the person stands at `next` (default: here).
 *
 *     if (requireLogin(`/talents/${id}/propose`)) navigate(`/talents/${id}/propose`);
 */
export function useRequireLogin(): (next?: string) => boolean {
  const session = useSession();
  const navigate = useNavigate();
  const location = useLocation();
  return (next) => {
    // While it is not known who this is nobody is sent to the log-in: the act itself says what it lacks.
    if (session.status !== 'visitor') return true;
    const params = new URLSearchParams(location.search);
    const to = next ?? `${location.pathname}${location.search}`;
    params.set('gate', to);
    void navigate({ search: `?${params}` }, { state: { dojobSheet: true }, preventScrollReset: true });
    return false;
  };
}
