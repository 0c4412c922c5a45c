/**
 * The four functions of the `reflect-metadata` proposal that the container inside @peculiar/x509 asks the global
 * `Reflect` for before it loads. Only that; nothing of the house uses decorators.
 */

type Store = Map<unknown, unknown>;

/** To be called before the package is imported; where something provides them already, nothing changes. */
export function provideDecoratorMetadata(): void {
  if ("getMetadata" in Reflect) return;
  const stores = new WeakMap<object, Store>();
  const own = (key: unknown, target: object): unknown => stores.get(target)?.get(key);
  const found = (key: unknown, target: object | null): unknown =>
    target === null ? undefined : (own(key, target) ?? found(key, Reflect.getPrototypeOf(target)));
  const define = (key: unknown, value: unknown, target: object): void => {
    let store = stores.get(target);
    if (store === undefined) stores.set(target, (store = new Map()));
    store.set(key, value);
  };
  Object.assign(Reflect, {
    defineMetadata: define,
    getOwnMetadata: own,
    getMetadata: found,
    metadata: (key: unknown, value: unknown) => (target: object) => define(key, value, target),
  });
}
