/** What the schemas of all areas are made with: a value or null, and one of some words. */
import Type, { type TSchema } from "typebox";

export const Nullable = <T extends TSchema>(schema: T, options: { readonly description?: string } = {}) =>
  Type.Union([schema, Type.Null()], options);

export const oneOf = <const T extends readonly string[]>(words: T, description = "") =>
  Type.Enum<[...T]>([...words] as [...T], description === "" ? {} : { description });
