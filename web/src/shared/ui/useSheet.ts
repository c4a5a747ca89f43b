import { useCallback } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

/** Marks a history entry that was made by opening a sheet, so that closing may go back over it. */
interface SheetState {
  dojobSheet?: true;
}

/**
 * A sheet is a search param: a link can open it, a reload keeps it, Android's back closes it.
 * Opening pushes an entry; closing goes back over that entry, or (when the page was entered with the sheet
 * already open) takes the param out of the current one.
 */
export function useSheet(name: string): { isOpen: boolean; open: () => void; close: () => void } {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const location = useLocation();
  const isOpen = params.get('sheet') === name;

  const open = useCallback(() => {
    const next = new URLSearchParams(location.search);
    next.set('sheet', name);
    void navigate(
      { search: `?${next}` },
      { state: { ...asObject(location.state), dojobSheet: true }, preventScrollReset: true },
    );
  }, [location, name, navigate]);

  const close = useCallback(() => {
    if ((location.state as SheetState | null)?.dojobSheet === true) {
      void navigate(-1);
      return;
    }
    const next = new URLSearchParams(location.search);
    next.delete('sheet');
    const search = next.toString();
    void navigate({ search: search === '' ? '' : `?${search}` }, { replace: true, preventScrollReset: true });
  }, [location, navigate]);

  return { isOpen, open, close };
}

function asObject(state: unknown): object {
  return typeof state === 'object' && state !== null ? state : {};
}
