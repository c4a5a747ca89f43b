export { default as TalentScreen } from './TalentScreen.tsx';
export { default as NeedScreen } from './NeedScreen.tsx';
