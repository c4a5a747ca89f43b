import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense, useEffect, type ReactNode } from 'react';
import { keepLive } from '#/features/notification/index.ts';
import { tabSession } from '#/api/session/tab.ts';
import { queryClient } from '#/api/client/query.ts';
import { keepChat } from '#/features/chat/index.ts';
import { Starting } from './Starting.tsx';

export function Providers({ children }: { children: ReactNode }) {
  useEffect(() => keepLive(tabSession, queryClient), []);
  useEffect(() => keepChat(tabSession), []);
  return (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <Suspense fallback={<Starting />}>{children}</Suspense>
      </QueryClientProvider>
    </StrictMode>
  );
}
