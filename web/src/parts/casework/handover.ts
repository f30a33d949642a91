// A handover from one city to another: what went with it, and who may answer it.
import { get, type Schemas } from "../../api/client";
import { is, session } from "../../api/session.svelte";

export type Handover = Omit<Schemas["Handover"], "state"> & { state: string };
export type Content = { variables: Record<string, unknown>; withheld: string[]; evidence: { id: string; name: string; grade: string }[] };
type Case = Schemas["CaseWhole"];

// What was hashed, as it was sent: text or already read.
export async function contentOf(id: string, signal?: AbortSignal): Promise<Content> {
  const { content } = await get<{ content: string | Partial<Content> }>(`/api/v1/handovers/${id}`, signal);
  const read = (typeof content === "string" ? JSON.parse(content) : content) as Partial<Content>;
  return { variables: read.variables ?? {}, withheld: read.withheld ?? [], evidence: read.evidence ?? [] };
}

// Whose answer it waits for: the applicant's consent, or the receipt of the other city's office.
export const asksMe = (one: Case, handover: Handover) => handover.state === "asked" && is("member") && one.party !== null && one.party.id === session.account!.party;
export const arrivedHere = (handover: Handover) => handover.state === "sent" && is("officer") && handover.to_city === session.account!.city;
export const underWay = (handover: Handover) => handover.state === "asked" || handover.state === "sent";
export const maySend = (one: Case) => one.closed_at === null && is("officer") && session.account!.city === one.city && !one.handovers.some(underWay);
export const mayTakeBack = (handover: Handover) => underWay(handover) && is("officer") && session.account!.city === handover.from_city;
