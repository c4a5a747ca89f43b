// Placeholder: `npm run api` overwrites it from contracts/openapi/core.json.
import type { LoosePath } from './loose.d.ts';

export interface paths {
  [path: `/api/core/${string}`]: LoosePath;
}
