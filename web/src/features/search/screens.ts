export { default as HomeScreen } from './HomeScreen.tsx';
export { default as SearchScreen } from './SearchScreen.tsx';
