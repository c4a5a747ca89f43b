// Placeholder: `npm run api` overwrites it from contracts/openapi/notify-address.json.
import type { LoosePath } from './loose.d.ts';

export interface paths {
  [path: `/api/notifications${string}`]: LoosePath;
  [path: `/api/addresses${string}`]: LoosePath;
}
