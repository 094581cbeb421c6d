// The token of this start comes in the fragment of the address, which no server and no log ever
// sees; the tab remembers it for the login after a lock.
const CLE = "jeton-du-poste";

export function jetonDuPoste() {
  const fragment = new URLSearchParams(location.hash.slice(1)).get("jeton");
  if (fragment) {
    sessionStorage.setItem(CLE, fragment);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(CLE) ?? "";
}
