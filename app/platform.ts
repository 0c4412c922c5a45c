/** The platform this page came from, through the typed client; the session travels as a cookie. */
import { createClient } from "#wire/client.ts";

export const platform = createClient((url, init) => fetch(url, init));
