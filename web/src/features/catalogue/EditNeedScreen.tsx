import { EditListing } from './parts/EditListing.tsx';

export default function EditNeedScreen() {
  return <EditListing kind="need" />;
}
