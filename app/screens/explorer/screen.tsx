export function ExplorerScreen() {
  return <></>;
}
