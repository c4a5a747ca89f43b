export { DemoSeats } from './parts/DemoSeats.tsx';
