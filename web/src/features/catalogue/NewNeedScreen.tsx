import { NewListing } from './parts/NewListing.tsx';

export default function NewNeedScreen() {
  return <NewListing kind="need" />;
}
