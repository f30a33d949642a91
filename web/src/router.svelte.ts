// The router: the address holds place and filters, so that a link shows what was seen.
const here = () => ({ path: location.pathname, query: new URLSearchParams(location.search) });

export const route = $state(here());

function sync() {
  const now = here();
  route.path = now.path;
  route.query = now.query;
}
addEventListener("popstate", sync);

export function go(to: string, replace = false) {
  if (to === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  sync();
  if (!replace) scrollTo(0, 0);
}

// The present place with other filters; empty ones leave the address.
export function withQuery(changes: Record<string, string | null>): string {
  const query = new URLSearchParams(route.query);
  for (const [key, value] of Object.entries(changes)) {
    if (value) query.set(key, value);
    else query.delete(key);
  }
  const text = query.toString();
  return route.path + (text ? "?" + text : "");
}

// Links inside the page go through the router; new tabs, downloads and other sites do not.
export function follow(event: MouseEvent) {
  const link = (event.target as Element | null)?.closest("a");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
