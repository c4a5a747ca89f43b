export { Listings } from './parts/Listings.tsx';
