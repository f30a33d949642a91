// A handover from one city to another: what went with it, and who may answer it.
import { get, type Schemas } from "../../api/client";
import { is, session } from "../../api/session.svelte";
import { fill, i18n } from "../../i18n/i18n.svelte";

export type Handover = Schemas["Handover"];
export type Content = { variables: Record<string, unknown>; withheld: string[]; evidence: { id: string; name: string; grade: string }[]; withheld_evidence: string[]; office_only?: number };
type Case = Schemas["CaseWhole"];

// What was hashed, as it was sent; null for who is neither end of it nor the applicant.
export async function contentOf(id: string, signal?: AbortSignal): Promise<Content | null> {
  const { content } = await get<Schemas["HandoverWhole"]>(`/api/v1/handovers/${id}`, signal);
  if (content === "") return null;
  return { variables: {}, withheld: [], evidence: [], withheld_evidence: [], ...(JSON.parse(content) as Partial<Content>) };
}

// What stayed behind, in words; documents that the reader does not see are only counted.
export function sayWithheld(one: Case, content: Content, labelOf: (name: string) => string): string {
  const named = content.withheld_evidence.map((id) => one.evidence.find((row) => row.id === id)?.name ?? "");
  const unnamed = named.filter((name) => name === "").length;
  return [...content.withheld.map(labelOf), ...named.filter(Boolean), ...(unnamed > 0 ? [fill(i18n.t.casework.handover.papers, unnamed)] : [])].join(i18n.english ? ", " : "、");
}

// Whose answer it waits for: the applicant's consent, or the receipt of the other city's office.
export const asksMe = (one: Case, handover: Handover) => handover.state === "asked" && is("member") && one.party !== null && one.party.id === session.account!.party;
export const arrivedHere = (handover: Handover) => handover.state === "sent" && is("officer") && handover.to_city === session.account!.city;
export const underWay = (handover: Handover) => handover.state === "asked" || handover.state === "sent";
export const maySend = (one: Case) => one.closed_at === null && is("officer") && session.account!.city === one.city && !one.handovers.some(underWay);
export const mayTakeBack = (handover: Handover) => underWay(handover) && is("officer") && session.account!.city === handover.from_city;
