/**
 * SunSpec model 129 by its published table, where the folder of definitions lacks its file: below which voltage for how
 * long an inverter must disconnect (before 7xx; IEEE 1547-2003). Pairs of twenty points by number, whatever NPt says.
 */
import type { ModelDefinition, PointDefinition } from "#devices/sunspec-definition.ts";

const word = { type: "uint16", size: 1 } as const;
const must = { mandatory: true } as const;
export const LOW_VOLTAGE_DISCONNECT: ModelDefinition = {
  id: 129,
  group: {
    name: "lvrt",
    type: "group",
    points: [
      { name: "ID", type: "uint16", size: 1, mandatory: true },
      { name: "L", type: "uint16", size: 1, mandatory: true },
      { name: "ActCrv", type: "uint16", size: 1, writable: true, mandatory: true },
      {
        name: "ModEna",
        type: "bitfield16",
        size: 1,
        writable: true,
        mandatory: true,
        symbols: { ENABLED: 0 },
      },
      { name: "WinTms", type: "uint16", size: 1, units: "Secs", writable: true },
      { name: "RvrtTms", type: "uint16", size: 1, units: "Secs", writable: true },
      { name: "RmpTms", type: "uint16", size: 1, units: "Secs", writable: true },
      { name: "NCrv", type: "uint16", size: 1, mandatory: true },
      { name: "NPt", type: "uint16", size: 1, mandatory: true },
      { name: "Tms_SF", type: "sunssf", size: 1, mandatory: true },
      { name: "V_SF", type: "sunssf", size: 1, mandatory: true },
      { name: "Pad", type: "pad", size: 1 },
    ],
    groups: [
      {
        name: "curve",
        type: "group",
        count: "NCrv",
        points: [
          { name: "ActPt", type: "uint16", size: 1, writable: true, mandatory: true },
          ...Array.from({ length: 20 }, (_, i): PointDefinition[] => [
            {
              name: `Tms${i + 1}`,
              ...word,
              sf: "Tms_SF",
              units: "Secs",
              writable: true,
              ...(i === 0 && must),
            },
            { name: `V${i + 1}`, ...word, sf: "V_SF", units: "% VRef", writable: true, ...(i === 0 && must) },
          ]).flat(),
          { name: "CrvNam", type: "string", size: 8, writable: true },
          {
            name: "ReadOnly",
            type: "enum16",
            size: 1,
            mandatory: true,
            symbols: { READWRITE: 0, READONLY: 1 },
          },
        ],
      },
    ],
  },
};
