/** A proposal in the making: laws, a payment, or an organisation; then exactly what is signed. */
import { createMemo, createSignal, createUniqueId, For, type JSX, Match, Show, Switch } from "solid-js";
import { fromHex, toHex } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { proposeMotion } from "#chain/transactions.ts";
import type { Parameters } from "#market/parameters.ts";
import type { Motion } from "#market/proposal.ts";
import type { LawView, OrganisationView, Say } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { LabelledInput } from "../../parts/labelled-input.tsx";
import { Segmented } from "../../parts/segmented.tsx";
import { SignAndSend } from "../../parts/sign-and-send.tsx";
import { reachable } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import type { Done } from "./data.ts";
import { differences } from "./laws.ts";
import { LawsForm } from "./laws-form.tsx";
import { lawName, lawValue, moneyText, motionText, spanText, whoText } from "./words.ts";

const SUBJECTS = ["laws", "pay", "organisations"] as const;
type Subject = (typeof SUBJECTS)[number];

const ORGANISATION_ACTS = ["admit_organisation", "remove_organisation", "change_validator"] as const;
type OrganisationAct = (typeof ORGANISATION_ACTS)[number];

export function Propose(props: {
  laws: readonly LawView[];
  parameters: Parameters;
  balanceMicroEur: number | undefined;
  organisations: readonly OrganisationView[] | undefined;
  say: Say;
  onDone: (done: Done) => void;
}) {
  const [subject, setSubject] = createSignal<Subject>("laws");
  const [purpose, setPurpose] = createSignal("");
  const [tried, setTried] = createSignal(false);
  /** What the part of the form makes; `undefined` while something in it is wrong. */
  const [motion, setMotion] = createSignal<Motion>();
  const [reviewing, setReviewing] = createSignal<{ purpose: string; motion: Motion }>();
  const id = createUniqueId();
  const says = () => purpose().replace(/\s+/g, " ").trim();
  const purposeFits = () => [...says()].length >= 2 && [...says()].length <= 140;
  const mayNot = () => {
    const may = props.say.mayPropose;
    if (subject() === "organisations") {
      return may.organisations ? undefined : t("community.may_not_organisations");
    }
    return may.laws ? undefined : t("community.may_not_laws");
  };

  return (
    <section class="propose">
      <Switch>
        <Match when={reviewing()} keyed>
          {(body) => (
            <div class="step">
              <SignAndSend
                kind={proposeMotion}
                body={body}
                rows={(signed) => [
                  { term: t("community.row_purpose"), value: signed.purpose },
                  ...motionRows(signed.motion, props),
                ]}
                words={{ sign: t("community.sign_propose"), notDone: t("community.not_proposed") }}
                onBack={() => setReviewing(undefined)}
                onDone={(height) => {
                  announce(t("community.done_proposed"));
                  props.onDone({ text: t("community.done_proposed"), height });
                }}
              />
            </div>
          )}
        </Match>
        <Match when={true}>
          <p class="sub">
            {t("community.propose_why", {
              voting: spanText(props.parameters.votingPeriodS),
              delay: spanText(props.parameters.enactmentDelayS),
            })}
          </p>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              setTried(true);
              const made = motion();
              if (purposeFits() && made !== undefined && mayNot() === undefined) {
                setReviewing({ purpose: says(), motion: made });
              }
            }}
          >
            <span class="sub">{t("community.subject")}</span>
            <div>
              <Segmented
                label={t("community.subject")}
                options={SUBJECTS.map((value) => ({ value, label: t(`community.subject_${value}`) }))}
                value={subject()}
                onChange={(next) => {
                  setMotion(undefined);
                  setTried(false);
                  setSubject(next);
                }}
              />
            </div>
            <Switch>
              <Match when={subject() === "laws"}>
                <LawsForm
                  laws={props.laws}
                  parameters={props.parameters}
                  tried={tried()}
                  onLaws={(laws) => setMotion(laws === undefined ? undefined : { type: "change_laws", laws })}
                />
              </Match>
              <Match when={subject() === "pay"}>
                <PaymentForm balanceMicroEur={props.balanceMicroEur} tried={tried()} onMotion={setMotion} />
              </Match>
              <Match when={subject() === "organisations"}>
                <OrganisationForm tried={tried()} onMotion={setMotion} />
              </Match>
            </Switch>
            <label for={id}>{t("community.purpose")}</label>
            <input
              id={id}
              class="field wide"
              type="text"
              autocomplete="off"
              maxlength="140"
              value={purpose()}
              aria-invalid={tried() && !purposeFits()}
              aria-describedby={`${id}-says`}
              onInput={(event) => setPurpose(event.currentTarget.value)}
            />
            <p
              class="sub"
              id={`${id}-says`}
              classList={{ wrong: tried() && !purposeFits() }}
              role={tried() && !purposeFits() ? "alert" : undefined}
            >
              {t("community.purpose_wrong")}
            </p>
            <div>
              <Button type="submit" reason={reachable() ? mayNot() : t("signing.offline")}>
                {t("community.review")}
              </Button>
            </div>
          </form>
        </Match>
      </Switch>
    </section>
  );
}

/** The rows of what is signed, out of the signed bytes. */
function motionRows(
  motion: Motion,
  known: { parameters: Parameters; organisations: readonly OrganisationView[] | undefined },
): { term: string; value: JSX.Element }[] {
  const what = { term: t("community.row_motion"), value: motionText(motion.type) };
  if (motion.type === "change_laws") {
    return [
      what,
      ...differences(known.parameters, motion.laws).map(({ name, from, to }) => ({
        term: lawName(name),
        value: t("community.from_to", { from: lawValue(name, from), to: lawValue(name, to) }),
      })),
    ];
  }
  const name = known.organisations?.find(({ member }) => member === motion.member)?.name ?? null;
  const number = local.number(motion.member);
  const rows = [
    what,
    {
      term: t("community.row_member"),
      value: name === null ? number : `${whoText(motion.member, name)}, ${number}`,
    },
  ];
  if (motion.type === "pay") {
    return [...rows, { term: t("community.row_amount"), value: moneyText(motion.amount) }];
  }
  if (motion.type === "remove_organisation") return rows;
  return [
    ...rows,
    {
      term: t("community.row_validator"),
      value: motion.validator === undefined ? t("community.no_validator") : toHex(motion.validator),
    },
  ];
}

function PaymentForm(props: {
  balanceMicroEur: number | undefined;
  tried: boolean;
  onMotion: (motion: Motion | undefined) => void;
}) {
  const [member, setMember] = createSignal("");
  const [amount, setAmount] = createSignal("");
  const whom = createMemo(() => memberOf(member()));
  const microEur = createMemo(() => microEurOf(amount()));
  const make = () => {
    const [to, sum] = [whom(), microEur()];
    props.onMotion(
      to === undefined || sum === undefined ? undefined : { type: "pay", member: to, amount: MicroEur(sum) },
    );
  };
  return (
    <>
      <LabelledInput
        label={t("community.pay_member")}
        value={member()}
        keyboard="decimal"
        wrong={props.tried && whom() === undefined ? t("community.member_wrong") : undefined}
        onInput={(text) => {
          setMember(text);
          make();
        }}
      />
      <LabelledInput
        label={t("community.pay_amount")}
        value={amount()}
        keyboard="decimal"
        wrong={props.tried && microEur() === undefined ? t("community.pay_wrong") : undefined}
        hint={
          props.balanceMicroEur === undefined
            ? undefined
            : t("community.pay_beyond", { balance: local.soldMoney(props.balanceMicroEur) })
        }
        onInput={(text) => {
          setAmount(text);
          make();
        }}
      />
    </>
  );
}

function OrganisationForm(props: { tried: boolean; onMotion: (motion: Motion | undefined) => void }) {
  const [act, setAct] = createSignal<OrganisationAct>("admit_organisation");
  const [member, setMember] = createSignal("");
  const [key, setKey] = createSignal("");
  const id = createUniqueId();
  const whom = createMemo(() => memberOf(member()));
  const hex = () => key().replace(/\s+/g, "").toLowerCase();
  const validator = createMemo(() => (hex() === "" ? undefined : fromHex(hex())));
  const keyFits = () => hex() === "" || validator()?.length === 32;
  const make = () => {
    const to = whom();
    if (to === undefined) return props.onMotion(undefined);
    const type = act();
    if (type === "remove_organisation") return props.onMotion({ type, member: to });
    props.onMotion(keyFits() ? { type, member: to, validator: validator() } : undefined);
  };
  return (
    <>
      <label for={id}>{t("community.organisation_act")}</label>
      <select
        id={id}
        class="field"
        value={act()}
        onChange={(event) => {
          setAct(event.currentTarget.value as OrganisationAct);
          make();
        }}
      >
        <For each={ORGANISATION_ACTS}>
          {(value) => <option value={value}>{t(`community.motion.${value}`)}</option>}
        </For>
      </select>
      <LabelledInput
        label={t("community.organisation_member")}
        value={member()}
        keyboard="decimal"
        wrong={props.tried && whom() === undefined ? t("community.member_wrong") : undefined}
        onInput={(text) => {
          setMember(text);
          make();
        }}
      />
      <Show when={act() !== "remove_organisation"}>
        <LabelledInput
          label={t("community.validator_key")}
          value={key()}
          wrong={props.tried && !keyFits() ? t("community.validator_wrong") : undefined}
          onInput={(text) => {
            setKey(text);
            make();
          }}
        />
      </Show>
    </>
  );
}

function memberOf(text: string): number | undefined {
  const number = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 0xffff_ffff ? number : undefined;
}

/** µEUR of `12.50` or `12,5`. */
function microEurOf(text: string): bigint | undefined {
  const parts = /^\s*(\d{1,12})(?:[.,](\d{1,6}))?\s*€?\s*$/.exec(text);
  if (parts === null) return undefined;
  const amount = BigInt(parts[1]! + (parts[2] ?? "").padEnd(6, "0"));
  return amount > 0n ? amount : undefined;
}
