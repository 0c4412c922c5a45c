/**
 * The supplier's console. `/rates`: enrolment, then the rate of the day to come, signed on this device, and those
 * published. `/purchases`: what was bought, from whom by pseudonym, and the money.
 */
import { onCleanup, Show } from "solid-js";
import type { SupplierDesk } from "#wire/schemas.ts";
import { Head } from "../../parts/head.tsx";
import { Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { onStream, reachable, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView, type View } from "../../view.ts";
import { Enrolment } from "./enrolment.tsx";
import { Money } from "./money.tsx";
import { OwnRates } from "./own-rates.tsx";
import { Purchases } from "./purchases.tsx";
import { SupplierRecord } from "./record.tsx";
import { TomorrowsRate } from "./tomorrows-rate.tsx";
import "../../parts/trading.css";
import "./supplier.css";

const REFRESH_MS = 5_000;

export function RatesScreen() {
  const desk = supplierDesk();
  return (
    <>
      <DeskHead title={t("supplier.rates")} desk={desk.value()} />
      <Loaded view={desk} heights={[28, 56, 16, 120]}>
        {(value) => (
          <Show when={value().enrolled} fallback={<Enrolment desk={value()} refresh={desk.refresh} />}>
            <TomorrowsRate desk={value()} refresh={desk.refresh} />
            <SupplierRecord desk={value()} />
            <OwnRates desk={value()} />
          </Show>
        )}
      </Loaded>
    </>
  );
}

export function PurchasesScreen() {
  const desk = supplierDesk();
  const purchases = createView(
    () => (session() == null ? undefined : "purchases"),
    (signal) => platform.call("GET /v1/supplier/purchases", { query: { limit: 200 }, signal }),
  );
  onCleanup(onStream("sale", () => void purchases.refresh()));
  refreshNowAndThen(() => void purchases.refresh());
  return (
    <>
      <DeskHead title={t("supplier.purchases")} desk={desk.value()} />
      <Loaded view={desk} heights={[56, 16]}>
        {(value) => <Money desk={value()} />}
      </Loaded>
      <Loaded view={purchases} heights={[16, 32, 32, 32]}>
        {(value) => <Purchases purchases={value()} />}
      </Loaded>
    </>
  );
}

function supplierDesk(): View<SupplierDesk> {
  const view = createView(
    () => (session() == null ? undefined : "supplier"),
    (signal) => platform.call("GET /v1/supplier", { signal }),
  );
  onCleanup(onStream("sale", () => void view.refresh()));
  refreshNowAndThen(() => void view.refresh());
  return view;
}

function refreshNowAndThen(refresh: () => void): void {
  const timer = setInterval(() => {
    if (reachable() && document.visibilityState === "visible") refresh();
  }, REFRESH_MS);
  onCleanup(() => clearInterval(timer));
}

function DeskHead(props: { title: string; desk: SupplierDesk | undefined }) {
  return (
    <Head
      title={props.title}
      sub={
        props.desk === undefined
          ? "\u00a0"
          : t("supplier.sub", { name: props.desk.name, member: props.desk.member })
      }
    />
  );
}
