export { default as LoginScreen } from './LoginScreen.tsx';
export { default as LoginBackScreen } from './LoginBackScreen.tsx';
export { default as JoinByProviderScreen } from './JoinByProviderScreen.tsx';
export { default as SignUpScreen } from './SignUpScreen.tsx';
export { default as TermsScreen } from './TermsScreen.tsx';
