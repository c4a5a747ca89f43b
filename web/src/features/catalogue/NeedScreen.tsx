import { ListingPage } from './parts/ListingPage.tsx';

export default function NeedScreen() {
  return <ListingPage kind="need" />;
}
