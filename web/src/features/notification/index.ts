export { keepLive } from './live.ts';
export { BellLink } from './parts/BellLink.tsx';
export { useUnreadNotices } from './unread.ts';
