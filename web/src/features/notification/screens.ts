export { default as InboxScreen } from './InboxScreen.tsx';
