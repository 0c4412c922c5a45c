/** Who is here, and the choices of this device: appearance, language, signing out. */
import { Show } from "solid-js";
import { Button } from "./parts/button.tsx";
import { Icon } from "./parts/icon.tsx";
import { Popover } from "./parts/popover.tsx";
import { Segmented } from "./parts/segmented.tsx";
import {
  COMMUNITY,
  hasGateways,
  hasMoney,
  INSTALL,
  KEYS,
  LEDGER,
  MONEY,
  NOTICES,
  placesOf,
} from "./places.ts";
import { navigate } from "./router.ts";
import { community, session, signOut } from "./session.ts";
import { LANGUAGES, type Language, language, setLanguage, t } from "./strings/dictionary.ts";
import { setTheme, THEMES, theme } from "./theme.ts";

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", it: "Italiano", de: "Deutsch" };

export function Settings(props: { side: "above" | "below" }) {
  return (
    <Popover
      side={props.side}
      label={props.side === "below" ? t("frame.settings") : undefined}
      class={props.side === "above" ? "account" : "key"}
      trigger={
        <Show when={props.side === "above"} fallback={<Icon name="menu" />}>
          <Icon name="menu" />
          <span>
            <b>{session()?.name ?? t("frame.settings_only")}</b>
            <Show when={session()?.address}>{session()?.address}</Show>
          </span>
        </Show>
      }
    >
      {(close) => (
        <div class="settings">
          <Show when={props.side === "below" && session()}>
            {(who) => (
              <p>
                <b>{who().name}</b>
                <Show when={who().address}>
                  <br />
                  <span class="sub">{who().address}</span>
                </Show>
              </p>
            )}
          </Show>
          <div class="setting">
            <span>{t("frame.theme")}</span>
            <Segmented
              label={t("frame.theme")}
              options={THEMES.map((value) => ({ value, label: t(`frame.theme_${value}`) }))}
              value={theme()}
              onChange={setTheme}
            />
          </div>
          <div class="setting">
            <span>{t("frame.language")}</span>
            <Segmented
              label={t("frame.language")}
              options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
              value={language()}
              onChange={setLanguage}
            />
          </div>
          <div class="doors">
            <Show when={session()?.role === "citizen"}>
              <a href={`/${NOTICES.path}`} onClick={close}>
                <Icon name="bell" />
                {t("place.notices")}
              </a>
            </Show>
            <Show when={hasGateways(session()?.role)}>
              <a href={`/${INSTALL.path}`} onClick={close}>
                <Icon name={INSTALL.icon} />
                {t(INSTALL.name)}
              </a>
            </Show>
            <Show when={session()}>
              <a href={`/${KEYS.path}`} onClick={close}>
                <Icon name="key" />
                {t("place.keys")}
              </a>
            </Show>
            <Show
              when={
                props.side === "below" &&
                hasMoney(session()?.role) &&
                !placesOf(session()?.role).includes(MONEY)
              }
            >
              <a href={`/${MONEY.path}`} onClick={close}>
                <Icon name="purse" />
                {t("place.money")}
              </a>
            </Show>
            <a href={`/${COMMUNITY.path}`} onClick={close}>
              <Icon name="ballot" />
              {t("place.community")}
            </a>
            <Show when={props.side === "below"}>
              <a href={`/${LEDGER.path}`} onClick={close}>
                <Icon name="block" />
                {t("place.ledger")}
              </a>
            </Show>
            <Show when={community()?.demo}>
              <a href="/enter" onClick={close}>
                <Icon name="exchange" />
                {t("frame.enter_other")}
              </a>
            </Show>
          </div>
          <Show when={session()}>
            <Button
              quiet
              onClick={() => {
                close();
                void signOut().then(() => navigate("/"));
              }}
            >
              {t("frame.sign_out")}
            </Button>
          </Show>
        </div>
      )}
    </Popover>
  );
}
