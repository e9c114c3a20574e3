/**
 * A certified OpenID Connect provider (npm oidc-provider): `node provider.mjs PORT BACK HOME`, where
 * BACK is where it sends browsers after the login, and HOME after logging out. Whoever types an
 * address is its owner; the address is told by userinfo alone, as the standard has it.
 */
import Provider from "oidc-provider";

const [port, back, home] = process.argv.slice(2);
const ebok = {
  client_id: "ebok",
  client_secret: "provider+secret/of&tests-0123456789",
  redirect_uris: [back],
  post_logout_redirect_uris: [home],
  grant_types: ["authorization_code"],
  response_types: ["code"],
};
const account = (_context, id) => ({
  accountId: id,
  claims: () => ({ sub: id, email: id, email_verified: true }),
});
const provider = new Provider(`http://localhost:${port}`, {
  clients: [ebok],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  findAccount: account,
  pkce: { required: () => true },
  cookies: { keys: ["of-tests"] },
});
provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
