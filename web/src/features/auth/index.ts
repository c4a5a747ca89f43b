export { DemoAccounts } from './parts/DemoAccounts.tsx';
export { LogInAgain } from './parts/LogInAgain.tsx';
export { LeavingStrip } from './parts/LeavingStrip.tsx';
export { LoginGate } from './parts/LoginGate.tsx';
export { MustAgree } from './parts/MustAgree.tsx';
export { Prove } from './parts/Prove.tsx';
export { useDocuments, useLogIns, useProviders } from './queries.ts';
export { visit } from './visit.ts';
