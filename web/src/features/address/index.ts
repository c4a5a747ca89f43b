export { choosePlace, usePlace, type Place } from './chosen.ts';
export { PlacePicker } from './parts/PlacePicker.tsx';
export { PlaceSheet } from './parts/PlaceSheet.tsx';
