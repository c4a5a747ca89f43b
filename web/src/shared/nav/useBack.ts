import { useCallback } from 'react';
import { useLocation, useNavigate } from 'react-router';

/** Back as the phone does it; who came by a link straight into this page goes to its parent. */
export function useBack(parent: string): () => void {
  const navigate = useNavigate();
  const { key } = useLocation();
  return useCallback(() => {
    // 'default' is the key of the first entry: nothing of ours lies behind it.
    if (key === 'default') void navigate(parent, { replace: true });
    else void navigate(-1);
  }, [key, navigate, parent]);
}
