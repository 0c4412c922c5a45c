/** HiGHS, the linear programs' solver that plans are held to. Its package runs as a module and is typed as none. */
import * as highs from "highs";

type Highs = import("highs").Highs;

export const loadHighs = (highs as unknown as { default: () => Promise<Highs> }).default;
