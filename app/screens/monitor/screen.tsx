export function MonitorScreen() {
  return <></>;
}
