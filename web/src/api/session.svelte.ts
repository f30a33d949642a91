// Who is signed in, the region's cities and programs: what every page needs.
import { call, get, onSignedOut, setCsrf, type City, type Page, type Program, type Schemas } from "./client";

type Answer = { account: Schemas["SessionAccount"] | null; csrf_token: string | null };

export const session = $state({ account: null as Schemas["SessionAccount"] | null, ended: false });
export const region = $state({ cities: [] as City[], programs: [] as Program[] });

function take(answer: Answer) {
  session.account = answer.account;
  setCsrf(answer.csrf_token);
}

export async function loadSession() {
  onSignedOut(() => {
    session.ended = session.account !== null;
    session.account = null;
  });
  const [who, cities, programs] = await Promise.all([get<Answer>("/api/v1/session"), get<Page<City>>("/api/v1/cities"), get<Page<Program>>("/api/v1/programs")]);
  take(who);
  region.cities = cities.items;
  region.programs = programs.items;
}

export async function signIn(login: string, password: string) {
  take(await call<Answer>("POST", "/api/v1/session", { body: { login, password } }));
  session.ended = false;
}

export async function signOut() {
  await call("DELETE", "/api/v1/session");
  take({ account: null, csrf_token: null });
}

export const is = (...roles: string[]) => session.account !== null && roles.includes(session.account.role);
export const programOf = (id: string) => region.programs.find((p) => p.id === id);
export const placeName = (code: string, english: boolean): string => {
  for (const city of region.cities) {
    if (city.code === code) return english ? city.name_en : city.name;
    const district = city.districts.find((d) => d.code === code);
    if (district) return english ? district.name_en : district.name;
  }
  return code;
};
