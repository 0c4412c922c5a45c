/** The MQTT broker of a home for a test, ours (aedes): on a free port, gone with the test. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { TestContext } from "node:test";
import { Aedes, type AedesOptions } from "aedes";

/** Its port. */
export async function homeBroker(t: TestContext, options: AedesOptions = {}): Promise<number> {
  const broker = await Aedes.createBroker(options);
  const server = createServer(broker.handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
