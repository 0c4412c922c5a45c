export function OverviewScreen() {
  return <></>;
}
export function SuppliersScreen() {
  return <></>;
}
