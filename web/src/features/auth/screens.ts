export { default as ConfirmAddressScreen } from './ConfirmAddressScreen.tsx';
export { default as ForgottenScreen } from './ForgottenScreen.tsx';
export { default as LoginScreen } from './LoginScreen.tsx';
export { default as ResetScreen } from './ResetScreen.tsx';
export { default as SignUpScreen } from './SignUpScreen.tsx';
export { default as TermsScreen } from './TermsScreen.tsx';
export { default as UndoAddressScreen } from './UndoAddressScreen.tsx';
export { default as VerifyScreen } from './VerifyScreen.tsx';
