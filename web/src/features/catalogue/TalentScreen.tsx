import { ListingPage } from './parts/ListingPage.tsx';

export default function TalentScreen() {
  return <ListingPage kind="talent" />;
}
