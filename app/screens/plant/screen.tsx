export function PlantScreen() {
  return <></>;
}
