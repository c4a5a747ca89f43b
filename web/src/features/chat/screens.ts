export { default as ConversationsScreen } from './ConversationsScreen.tsx';
export { default as ConversationScreen } from './ConversationScreen.tsx';
