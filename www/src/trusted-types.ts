// The page's policy for Trusted Types: programs of its own host, and nothing else. Without
// `createHTML` and `createScript` no text can become markup or code, wherever it comes from.

type Policy = { createScriptURL(url: string): string };
type Factory = { createPolicy(name: string, policy: Policy): unknown };

declare global {
  var trustedTypes: Factory | undefined;
}

/** Also what the policy says of a URL: it throws for one of another host. */
export function ownProgram(url: string, page = location.href): string {
  if (new URL(url, page).origin !== new URL(page).origin) {
    throw new TypeError(`${url} is no program of this page`);
  }
  return url;
}

/** Browsers without Trusted Types go without. */
export function trustOwnProgramsOnly(): void {
  globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (url) => ownProgram(url) });
}
