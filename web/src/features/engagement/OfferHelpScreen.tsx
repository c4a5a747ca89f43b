import { Proposal } from './parts/Proposal.tsx';

export default function OfferHelpScreen() {
  return <Proposal kind="need" />;
}
