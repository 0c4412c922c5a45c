/**
 * What is signed for one home or several: the limit, or that it is lifted. Each home gets a letter of its own; where
 * some are not taken the others stand, and each of them says why.
 */
import type { HomeLimit, OperatorLimit } from "#wire/operator-limit-schemas.ts";
import { operatorLimitHash } from "#wire/operator-limits.ts";
import { local } from "../../local.ts";
import { Letter, refusalCode, type Signed } from "../../parts/letter.tsx";
import { platform } from "../../platform.ts";
import { community, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { boundsText } from "./words.ts";

/** What is to be signed: `null` lifts. */
export interface Asked {
  readonly homes: readonly number[];
  /** Where they are all homes of one feeder. */
  readonly feeder: number | undefined;
  readonly limit: OperatorLimit | null;
}

export interface Outcome {
  readonly done: readonly number[];
  readonly refused: readonly { readonly home: number; readonly code: string }[];
  readonly limit: OperatorLimit | null;
}

export function LimitLetters(props: {
  asked: Asked;
  /** As they stand now. */
  standing: readonly HomeLimit[];
  nameOf: (home: number) => string;
  onBack: () => void;
  onDone: (outcome: Outcome) => void;
}) {
  let outcome: Outcome | undefined;

  async function give(sign: (hash: Uint8Array) => Promise<Signed>): Promise<void> {
    // By the platform's own time: in a town that runs fast a guess of it would be refused as signed ahead.
    const { chain, time } = await platform.call("GET /v1/community");
    const { homes, limit } = props.asked;
    const member = session()?.member ?? 0;
    const done: number[] = [];
    const refused: { home: number; code: string }[] = [];
    let first: unknown;
    for (const home of homes) {
      // Two letters of one second: the newer one says so.
      const before = props.standing.find((one) => one.home === home)?.issuedAt ?? 0;
      const letter = { member, issuedAt: Math.max(time, before + 1), limit };
      try {
        const signed = await sign(operatorLimitHash({ chain, home, ...letter }));
        await platform.call("PUT /v1/grid/homes/:home/limit", {
          params: { home },
          body: { ...letter, ...signed },
        });
        done.push(home);
      } catch (error) {
        first ??= error;
        refused.push({ home, code: refusalCode(error) });
      }
    }
    if (done.length === 0) throw first;
    outcome = { done, refused, limit };
  }

  return (
    <Letter
      why="limits.letter_why"
      refusals="limits.refused"
      rows={[
        { term: t("limits.homes"), value: homesText(props.asked, props.nameOf) },
        ...limitRows(props.asked.limit),
        {
          term: t("limits.signer"),
          value: t("limits.signer_is", { name: session()?.name ?? "", member: session()?.member ?? 0 }),
        },
        { term: t("signing.chain"), value: community()?.chain ?? "" },
      ]}
      give={give}
      onBack={props.onBack}
      onDone={() => props.onDone(outcome!)}
    />
  );
}

function homesText({ homes, feeder }: Asked, nameOf: (home: number) => string): string {
  return feeder === undefined || homes.length === 1
    ? homes.map((home) => t("limits.home", { name: nameOf(home), home })).join(", ")
    : t("limits.homes_of", { count: homes.length, feeder, numbers: homes.join(", ") });
}

function limitRows(limit: OperatorLimit | null) {
  if (limit === null) return [{ term: t("limits.asks"), value: t("limits.nothing") }];
  const { importPowerMaxW, exportPowerMaxW, from, until, reason, failsafe } = limit;
  const bound = (watts: number | null) =>
    watts === null ? t("limits.unlimited") : t("limits.at_most", { power: `${local.number(watts)} W` });
  return [
    { term: t("limits.draws"), value: bound(importPowerMaxW) },
    { term: t("limits.feeds"), value: bound(exportPowerMaxW) },
    { term: t("limits.from"), value: local.dateTime(from) },
    { term: t("limits.ends"), value: local.dateTime(until) },
    { term: t("limits.reason"), value: t(`limits.reason.${reason}`) },
    {
      term: t("limits.in_silence"),
      value:
        failsafe === null
          ? t("limits.own_setting")
          : t("limits.after_silence", {
              after: `${local.number(failsafe.afterS)} s`,
              span: `${local.number(failsafe.durationS)} s`,
              what: boundsText(failsafe),
            }),
    },
  ];
}
