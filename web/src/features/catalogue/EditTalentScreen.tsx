import { EditListing } from './parts/EditListing.tsx';

export default function EditTalentScreen() {
  return <EditListing kind="talent" />;
}
