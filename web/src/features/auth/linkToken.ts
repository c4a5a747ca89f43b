import { useLocation } from 'react-router';

/** What a mail's link is for: it stands behind the `#`, which browsers send to no server. */
export function useLinkToken(): string {
  return useLocation().hash.slice(1);
}
