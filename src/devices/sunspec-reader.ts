/**
 * Finding and reading the SunSpec models of a device: the mark "SunS" at one of three addresses, then model after
 * model until the end model (SunSpec Device Information Model Specification 1.1, section 3).
 */
import { DeviceError } from "#devices/device.ts";
import type { ModbusConnection } from "#devices/modbus-client.ts";
import { decodeModel, HEADER_WORDS } from "#devices/sunspec-codec.ts";
import type { GroupValues, ModelDefinition } from "#devices/sunspec-definition.ts";
import { type ModelValues, SUNSPEC_MODELS, sunSpecModel } from "#devices/sunspec-models.ts";

/** Where the mark may stand; nearly all have it at the first. */
export const SUNSPEC_BASES = [40_000, 0, 50_000] as const;
const MARK = 0x53756e53;
const END_MODEL = 0xffff;
/** No device has so many; a walk that goes on reads something else than models. */
const MODELS_MAX = 100;

export interface FoundModel {
  readonly id: number;
  /** Of its ID. */
  readonly address: number;
  /** Registers, ID and L included. */
  readonly words: number;
  /** `undefined` of a model that Contrada does not know. */
  readonly definition: ModelDefinition | undefined;
}

/**
 * The models of a device in order, `undefined` where it is no SunSpec device.
 * Throws `DeviceError`: what the connection throws, or "malformed" where the models have no end.
 */
export async function findModels(connection: ModbusConnection): Promise<readonly FoundModel[] | undefined> {
  for (const base of SUNSPEC_BASES) {
    if (await hasMark(connection, base)) return walkModels(connection, base + 2);
  }
  return undefined;
}

async function hasMark(connection: ModbusConnection, base: number): Promise<boolean> {
  try {
    const words = await connection.read(base, 2);
    return new DataView(words.buffer).getUint32(0) === MARK;
  } catch (error) {
    // An exception only says that nothing stands there; a connection that is gone says more.
    if (error instanceof DeviceError && connection.isOpen) return false;
    throw error;
  }
}

async function walkModels(connection: ModbusConnection, first: number): Promise<FoundModel[]> {
  const models: FoundModel[] = [];
  let address = first;
  while (models.length < MODELS_MAX && address + HEADER_WORDS <= 0x1_0000) {
    const view = new DataView((await connection.read(address, HEADER_WORDS)).buffer);
    const id = view.getUint16(0);
    if (id === END_MODEL) return models;
    const words = HEADER_WORDS + view.getUint16(2);
    models.push({ id, address, words, definition: sunSpecModel(id) });
    address += words;
  }
  throw new DeviceError("malformed", `${connection.address.host}: its SunSpec models have no end`);
}

/** A model's values. Throws what the connection and `decodeModel` throw. */
export async function readModel(connection: ModbusConnection, model: FoundModel): Promise<GroupValues> {
  if (model.definition === undefined) {
    throw new DeviceError("no_such_point", `SunSpec model ${model.id} is not known here`);
  }
  const words = await connection.read(model.address, model.words);
  return decodeModel(model.definition, words) as GroupValues;
}

/** Manufacturer, model, version and serial number of model 1; empty where the device has none. */
export async function readSheet(
  connection: ModbusConnection,
  models: readonly FoundModel[],
): Promise<Record<string, string>> {
  const common = models.find(({ id }) => id === 1);
  if (common === undefined) return {};
  const words = await connection.read(common.address, common.words);
  const { Mn, Md, Vr, SN }: ModelValues<1> = decodeModel(SUNSPEC_MODELS[1], words);
  const sheet: Record<string, string> = {};
  if (Mn !== undefined) sheet.manufacturer = Mn;
  if (Md !== undefined) sheet.model = Md;
  if (Vr !== undefined) sheet.version = Vr;
  if (SN !== undefined) sheet.serial = SN;
  return sheet;
}
