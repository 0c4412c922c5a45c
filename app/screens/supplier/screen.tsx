export function RatesScreen() {
  return <></>;
}
export function PurchasesScreen() {
  return <></>;
}
