export { default as ProposeScreen } from './ProposeScreen.tsx';
export { default as OfferHelpScreen } from './OfferHelpScreen.tsx';
export { default as OffersScreen } from './OffersScreen.tsx';
export { default as EngagementsScreen } from './EngagementsScreen.tsx';
export { default as EngagementScreen } from './EngagementScreen.tsx';
export { default as CounterScreen } from './CounterScreen.tsx';
