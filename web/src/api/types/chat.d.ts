// Placeholder: `npm run api` overwrites it from contracts/openapi/chat.json.
import type { LoosePath } from './loose.d.ts';

export interface paths {
  [path: `/api/chat/${string}`]: LoosePath;
}
