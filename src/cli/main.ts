/** The entry of every command. The table of commands arrives with the first one. */
export async function main(args: string[]): Promise<void> {
  console.error(`contrada: unknown command "${args[0] ?? ""}".`);
  process.exitCode = 2;
}
