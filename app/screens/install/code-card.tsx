/** One code: made once, shown large with its picture and the exact command, until it is used or its hour is over. */

import { createSignal, Show } from "solid-js";
import { encode } from "uqr";
import type { GatewayCode } from "#wire/gateway-schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { wallNow } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";

/** `again`: asks for another one; absent where there is nothing to ask for. */
export function CodeCard(props: { code: GatewayCode; home?: string; again: () => void }) {
  const leftS = () => Math.max(0, props.code.expiresAt - wallNow() / 1000);
  return (
    <section class="step code-card" aria-label={t("install.code")}>
      <Show when={leftS() > 0} fallback={<Ended again={props.again} />}>
        <Show when={props.home}>{(home) => <p>{t("install.code_for", { home: home() })}</p>}</Show>
        <p class="gateway-code" lang="zxx">
          {props.code.code}
        </p>
        <p class="sub">{t("install.holds", { span: local.span(Math.ceil(leftS() / 60) * 60) })}</p>
        <p>{t("install.at_box")}</p>
        <Command code={props.code} />
        <QrPicture text={props.code.link} />
      </Show>
    </section>
  );
}

function Ended(props: { again: () => void }) {
  return (
    <>
      <p>{t("install.ended")}</p>
      <div>
        <Button onClick={props.again}>{t("install.another")}</Button>
      </div>
    </>
  );
}

function Command(props: { code: GatewayCode }) {
  const [copied, setCopied] = createSignal(false);
  const command = () => commandOf(props.code);
  const copy = () =>
    navigator.clipboard?.writeText(command()).then(
      () => {
        setCopied(true);
        announce(t("install.copied"));
      },
      () => undefined,
    );
  return (
    <>
      <code class="command" lang="en">
        {command()}
      </code>
      <Show when={navigator.clipboard !== undefined}>
        <div>
          <Button quiet small onClick={() => void copy()}>
            {copied() ? t("install.copied") : t("install.copy")}
          </Button>
        </div>
      </Show>
    </>
  );
}

/** What is typed at the box; the address is the one by which the platform tells gateways to come. */
function commandOf({ code, link }: GatewayCode): string {
  const url = new URL(link).searchParams.get("url") ?? location.origin;
  return `contrada gateway enrol --url ${url} --code ${code}`;
}

/** Dark on light whatever the theme: cameras read it so. */
function QrPicture(props: { text: string }) {
  const picture = () => {
    const { size, data } = encode(props.text, { ecc: "M", border: 2 });
    const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
    return { size, path };
  };
  return (
    <svg
      class="qr"
      role="img"
      aria-label={t("install.qr")}
      viewBox={`0 0 ${picture().size} ${picture().size}`}
      shape-rendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={picture().path} fill="#000" />
    </svg>
  );
}
