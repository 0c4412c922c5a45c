/**
 * The shape of a SunSpec model as the alliance publishes it ("SunSpec Device Information Model Specification" 1.1):
 * points of 16-bit registers in order, then groups, which may repeat. What stands here is cut to what decoding,
 * encoding and showing need; descriptions stay with the standard. `sunspec-models.ts` holds the models themselves.
 */

export type SunSpecType =
  | "int16"
  | "uint16"
  | "acc16"
  | "enum16"
  | "bitfield16"
  | "raw16"
  | "count"
  | "pad"
  | "sunssf"
  | "int32"
  | "uint32"
  | "acc32"
  | "enum32"
  | "bitfield32"
  | "ipaddr"
  | "float32"
  | "int64"
  | "uint64"
  | "acc64"
  | "bitfield64"
  | "float64"
  | "eui48"
  | "ipv6addr"
  | "string";

export interface PointDefinition {
  readonly name: string;
  readonly type: SunSpecType;
  /** Registers. */
  readonly size: number;
  /** The point that holds the power of ten by which the raw number is multiplied, or that power itself. */
  readonly sf?: string | number;
  readonly units?: string;
  readonly writable?: true;
  readonly mandatory?: true;
  /** Of an enumeration its values, of a bit field the numbers of its bits. */
  readonly symbols?: Readonly<Record<string, number>>;
}

export interface GroupDefinition {
  readonly name: string;
  /** The members of a sync group are one value: they are read and written in one transaction. */
  readonly type: "group" | "sync";
  /** How often it stands: once where absent; as the point of this name says; 0 means to the end of the model. */
  readonly count?: string | number;
  readonly points: readonly PointDefinition[];
  readonly groups?: readonly GroupDefinition[];
}

export interface ModelDefinition {
  readonly id: number;
  /** Its first two points are ID and L. */
  readonly group: GroupDefinition;
}

type Simple<T extends SunSpecType> = T extends "string" | "eui48" | "ipv6addr" ? string : number;

/** A model's or a group's values by name, as its definition types them; a point that is not implemented is absent. */
export type ValuesOf<G extends GroupDefinition> = {
  readonly [P in G["points"][number] as P["name"]]?: Simple<P["type"]>;
} & (G extends { readonly groups: readonly GroupDefinition[] }
  ? {
      readonly [H in G["groups"][number] as H["name"]]?: H extends { readonly count: string | number }
        ? readonly ValuesOf<H>[]
        : ValuesOf<H>;
    }
  : unknown);

/** The same where the definition is known only at run time. */
export interface GroupValues {
  readonly [name: string]: number | string | GroupValues | readonly GroupValues[] | undefined;
}
