import { Proposal } from './parts/Proposal.tsx';

export default function ProposeScreen() {
  return <Proposal kind="talent" />;
}
