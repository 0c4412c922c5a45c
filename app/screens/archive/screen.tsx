export function ArchiveScreen() {
  return <></>;
}
