import type { FieldProblem } from '#/api/problem/problem.ts';

/** Why the server refused a message: a code and what its sentence mentions. */
export type Refused = Pick<FieldProblem, 'code' | 'params'>;

/** A message that is not known to be kept by the server yet. */
export interface Unsent {
  client_id: string;
  account_id: string;
  conversation_id: string;
  text: string;
  /** When it was written, in milliseconds; also its place in the row. */
  at: number;
  /** The server has refused it: only the person can do something about it. */
  refused: boolean;
  why?: Refused;
}

/** Where unsent messages survive a reload. */
export interface IdbStore {
  all: () => Promise<Unsent[]>;
  put: (entry: Unsent) => Promise<void>;
  remove: (clientId: string) => Promise<void>;
  clear: () => Promise<void>;
}

const NAME = 'dojob.outbox';
const STORE = 'unsent';

/** IndexedDB; where the browser forbids it, memory that lasts as long as the page. */
export async function openIdbStore(): Promise<IdbStore> {
  try {
    return onDisk(await open());
  } catch {
    return inMemory();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'client_id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

function onDisk(db: IDBDatabase): IdbStore {
  // A newer page of ours may want to change the store: never stand in its way.
  db.onversionchange = () => db.close();

  function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'));
    });
  }

  return {
    all: () => run<Unsent[]>('readonly', (store) => store.getAll() as IDBRequest<Unsent[]>),
    put: async (entry) => {
      await run('readwrite', (store) => store.put(entry));
    },
    remove: async (clientId) => {
      await run('readwrite', (store) => store.delete(clientId));
    },
    clear: async () => {
      await run('readwrite', (store) => store.clear());
    },
  };
}

function inMemory(): IdbStore {
  const entries = new Map<string, Unsent>();
  return {
    all: async () => [...entries.values()],
    put: async (entry) => void entries.set(entry.client_id, entry),
    remove: async (clientId) => void entries.delete(clientId),
    clear: async () => entries.clear(),
  };
}
