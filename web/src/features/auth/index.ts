export { DemoAccounts } from './parts/DemoAccounts.tsx';
export { LogInAgain } from './parts/LogInAgain.tsx';
export { LoginGate } from './parts/LoginGate.tsx';
export { MustAgree } from './parts/MustAgree.tsx';
export { useDocuments, useProviders } from './queries.ts';
export { visit } from './visit.ts';
