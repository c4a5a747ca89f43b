import { NewListing } from './parts/NewListing.tsx';

export default function NewTalentScreen() {
  return <NewListing kind="talent" />;
}
