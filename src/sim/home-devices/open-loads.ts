/**
 * What a gateway steers in a simulated home, on real sockets: a pump in the garden and what heats at the home's broker on
 * Contrada's own topics (a heat pump that listens to contacts: behind a relay of a make), a charge point that calls in over OCPP where the equipment file says that its gateway
 * listens.
 */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { LoadSheet } from "#devices/equipment.ts";
import { plugAtBroker } from "./broker-plug.ts";
import type { WireState } from "./faulty-wire.ts";
import { pointOverOcpp } from "./ocpp-point.ts";
import type { DeviceAddress } from "./open-home.ts";
import { ownTopics } from "./plug-dialects.ts";
import { meterBeside, sgRelay } from "./sg-relay.ts";
import type { SimulatedHome } from "./simulated-home.ts";

/** What stands in the equipment file of a home with loads to steer, by the device. */
const SHEETS: Readonly<Record<string, LoadSheet>> = {
  "kitchen-plug": { kind: "freezer" },
  "bath-plug": { kind: "boiler", powerMaxW: 1_200 },
  "garden-plug": { kind: "appliance", name: "Garden pump", powerMaxW: 800, runsS: 2 * 3600 },
  "heat-pump": { tankLitres: 400, roomsLossWPerK: 140 },
  "micro-chp": { heatPerWatt: 2.5, efficiency: 0.92, gasEurPerKwh: 0.11 },
};

/** Of one of the plugs that every home has, where the home's loads are to be steered. */
export function sheetOf({ appliances }: SimulatedHome, id: string): LoadSheet | undefined {
  return appliances.length > 2 ? SHEETS[id] : undefined;
}

export interface OpenLoads {
  readonly voices: readonly { look(): void; close(): Promise<void> }[];
  readonly addresses: readonly DeviceAddress[];
}

export async function openLoads(
  home: SimulatedHome,
  at: {
    readonly broker: string | undefined;
    readonly host: string;
    /** Of the gateway's listener for charge points; 0: one that is free now. */
    readonly port: number;
    readonly name: string;
  },
  stateOf: (id: string) => () => WireState,
): Promise<OpenLoads> {
  const { broker, host, name } = at;
  const { appliances, heatPump, microChp, car } = home;
  const voices: { look(): void; close(): Promise<void> }[] = [];
  const addresses: DeviceAddress[] = [];
  const [, , garden] = appliances;
  for (const device of [garden, heatPump, microChp]) {
    if (device === undefined || broker === undefined) continue;
    const { id } = device;
    const topic = `${name}/${id}`;
    const load = SHEETS[id]!;
    const address = `${broker.replace(/\/$/, "")}/${topic}`;
    if (device === heatPump && heatPump.listensToContacts) {
      voices.push(plugAtBroker(home, id, sgRelay(topic), broker, stateOf(id)));
      const { powerMinW, powerMaxW } = heatPump.pump;
      const options = { meter: meterBeside(topic) };
      // The relay knows nothing of the pump: the installer does.
      addresses.push({
        ...{ id, template: "shelly-sg-ready", address, options },
        load: { ...load, powerMinW, powerMaxW },
      });
      continue;
    }
    const template =
      device === garden ? "mqtt-plug" : device === microChp ? "mqtt-micro-chp" : "mqtt-heat-pump";
    voices.push(plugAtBroker(home, id, ownTopics(topic), broker, stateOf(id)));
    addresses.push({ id, template, address, load });
  }
  if (car !== undefined) {
    const { id, parameters } = car;
    const port = at.port === 0 ? await freePort(host) : at.port;
    const identity = `${name}-${id}`;
    voices.push(pointOverOcpp(home, car, `ws://${host}:${port}`, identity, stateOf(id)));
    const load = { name: "Car", batteryWh: parameters.batteryWh, powerMaxW: parameters.powerMaxW };
    addresses.push({
      id,
      template: "ocpp-charge-point",
      address: `ocpp://${host}:${port}/${identity}`,
      load,
    });
  }
  return { voices, addresses };
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
