export { default as PostChoiceScreen } from './PostChoiceScreen.tsx';
export { default as NewTalentScreen } from './NewTalentScreen.tsx';
export { default as NewNeedScreen } from './NewNeedScreen.tsx';
export { default as EditTalentScreen } from './EditTalentScreen.tsx';
export { default as EditNeedScreen } from './EditNeedScreen.tsx';
