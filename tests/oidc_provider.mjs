// A provider of OpenID Connect for tests: oidc-provider, with people whose claims are given as JSON.
// node tests/oidc_provider.mjs PORT REDIRECT_URI PEOPLE_JSON; prints «ready» once it answers.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [port, redirect, people] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const known = JSON.parse(people);

const provider = new Provider(issuer, {
  clients: [{
    client_id: "barometer",
    client_secret: "a secret of the client, long enough",
    redirect_uris: [redirect],
    post_logout_redirect_uris: [redirect.replace("/callback", "")],
    response_types: ["code"],
    grant_types: ["authorization_code"],
  }],
  pkce: { required: () => true },
  acrValues: ["high", "low"],
  claims: {
    openid: ["sub", "tid", "oid", "roles", "unit", "acr"],
    email: ["email", "email_verified"],
    profile: ["preferred_username"],
  },
  // what an application is told of a person stands in the ID token, as with Entra
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ["of tests alone"] },
  findAccount: (_, id) => known[id] && ({ accountId: id, claims: () => ({ sub: id, ...known[id] }) }),
  ttl: { IdToken: 600 },
});

createServer(provider.callback()).listen(Number(port), "localhost", () => console.log("ready"));
