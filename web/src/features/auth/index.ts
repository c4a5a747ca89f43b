export { DemoAccounts } from './parts/DemoAccounts.tsx';
export { LogInAgain } from './parts/LogInAgain.tsx';
export { LeavingStrip } from './parts/LeavingStrip.tsx';
export { LoginGate } from './parts/LoginGate.tsx';
export { Prove } from './parts/Prove.tsx';
export { useLogIns, useProviders } from './queries.ts';
export { visit } from './visit.ts';
