import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { useRef } from 'react';
import { isDefinite } from '../problem/problem.ts';

interface Options<Vars, Data> {
  /** Put `key` into the header: `params: { header: { 'Idempotency-Key': key } }`. */
  send: (vars: Vars, key: string) => Promise<Data>;
  /** Settles before the mutation counts as done: invalidate queries here. */
  onDone?: (data: Data, vars: Vars) => Promise<unknown> | void;
  onRefused?: (cause: Error, vars: Vars) => Promise<unknown> | void;
}

/**
 * A mutation with an Idempotency-Key per payload: made at the first press, kept while the answer is unknown
 * (so that a second press cannot do it twice), replaced after any definite answer.
 */
export function useWrite<Vars, Data>({
  send,
  onDone,
  onRefused,
}: Options<Vars, Data>): UseMutationResult<Data, Error, Vars> {
  const open = useRef<{ payload: string; key: string } | null>(null);

  return useMutation<Data, Error, Vars>({
    mutationFn: async (vars) => {
      const payload = JSON.stringify(vars) ?? '';
      if (open.current?.payload !== payload) open.current = { payload, key: crypto.randomUUID() };
      try {
        const data = await send(vars, open.current.key);
        open.current = null;
        return data;
      } catch (cause) {
        if (isDefinite(cause)) open.current = null;
        throw cause;
      }
    },
    ...(onDone === undefined ? {} : { onSuccess: async (data: Data, vars: Vars) => onDone(data, vars) }),
    ...(onRefused === undefined
      ? {}
      : { onError: async (cause: Error, vars: Vars) => onRefused(cause, vars) }),
  });
}
