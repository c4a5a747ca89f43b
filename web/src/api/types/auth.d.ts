// Placeholder: `npm run api` overwrites it from contracts/openapi/auth.json.
import type { LoosePath } from './loose.d.ts';

export interface paths {
  [path: `/api/auth/${string}`]: LoosePath;
}
