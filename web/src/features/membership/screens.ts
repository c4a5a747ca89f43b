export { default as MeScreen } from './MeScreen.tsx';
export { default as HoursScreen } from './hours/HoursScreen.tsx';
export { default as PostsScreen } from './PostsScreen.tsx';
export { default as ProfileScreen } from './ProfileScreen.tsx';
export { default as SettingsScreen } from './SettingsScreen.tsx';
export { default as DevicesScreen } from './DevicesScreen.tsx';
export { default as LogInsScreen } from './LogInsScreen.tsx';
export { default as PersonScreen } from './PersonScreen.tsx';
