export function TradeScreen() {
  return <></>;
}
