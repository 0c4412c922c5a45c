/**
 * The owner says who the validators are, to a gateway that was away for too long to follow them. What is signed is what
 * this device has followed the chain to itself; where it meets them for the first time it says so, and shows what to
 * compare.
 */
import { createResource, createSignal, Match, Show, Switch } from "solid-js";
import { validatorsLetterHash } from "#wire/validators-letter.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Letter } from "../../parts/letter.tsx";
import { Note } from "../../parts/note.tsx";
import { platform } from "../../platform.ts";
import { type FollowedValidators, followedValidators } from "../../receipt.ts";
import { community, reachable, wallNow } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";

export default function Validators(props: { onDone: () => void }) {
  const [asking, setAsking] = createSignal(false);
  const [done, setDone] = createSignal(false);
  return (
    <section class="stack tight validators" aria-label={t("box.validators")}>
      <Switch>
        <Match when={done()}>
          <Note kind="done" title={t("box.validators_done")} />
        </Match>
        <Match when={asking()}>
          <Word
            onBack={() => setAsking(false)}
            onDone={() => {
              setDone(true);
              props.onDone();
            }}
          />
        </Match>
        <Match when={true}>
          <p>{t("box.validators_why")}</p>
          <div>
            <Button reason={reachable() ? undefined : t("signing.offline")} onClick={() => setAsking(true)}>
              {t("box.validators")}
            </Button>
          </div>
        </Match>
      </Switch>
    </section>
  );
}

interface Seen {
  readonly home: number;
  /** `undefined` where this device cannot say who they are. */
  readonly followed: FollowedValidators | undefined;
}

async function look(): Promise<Seen> {
  const told = await platform.call("GET /v1/home/gateway/validators");
  if (told === null) return { home: 0, followed: undefined };
  const device = { storage: localStorage, now: Math.floor(wallNow() / 1000) };
  const followed = followedValidators(told.proof, community()?.chain ?? "", device);
  return { home: told.home, followed: followed.ok ? followed.value : undefined };
}

function Word(props: { onBack: () => void; onDone: () => void }) {
  const [seen] = createResource(look);
  const known = () => (seen.error === undefined ? seen() : undefined);
  const back = () => (
    <div>
      <Button quiet onClick={props.onBack}>
        {t("signing.back")}
      </Button>
    </div>
  );
  return (
    <Show when={!seen.loading}>
      <Show
        when={known()?.followed}
        fallback={
          <>
            <Note kind="fault" alert title={t("box.validators_unknown")} />
            {back()}
          </>
        }
      >
        {(followed) => {
          const letter = () => {
            const { height, time, validatorsHash } = followed();
            return { height, time, validatorsHash };
          };
          const party = () => ({ chain: community()?.chain ?? "", home: known()!.home });
          return (
            <>
              <Show when={followed().isFirstMeeting}>
                <Note kind="warn" title={t("box.validators_first")} />
              </Show>
              <Letter
                why="box.validators_what"
                refusals="control.refused"
                rows={[
                  {
                    term: t("box.fingerprint"),
                    value: (
                      <span class="code" lang="zxx">
                        {followed().fingerprint}
                      </span>
                    ),
                  },
                  { term: t("box.block"), value: local.number(followed().height) },
                  { term: t("box.block_time"), value: local.dateTime(followed().time) },
                  { term: t("control.home"), value: String(party().home) },
                  { term: t("signing.chain"), value: party().chain },
                ]}
                give={async (sign) => {
                  const signed = await sign(validatorsLetterHash({ ...party(), ...letter() }));
                  return platform.call("PUT /v1/home/gateway/validators", {
                    body: { ...letter(), ...signed },
                  });
                }}
                onBack={props.onBack}
                onDone={props.onDone}
              />
            </>
          );
        }}
      </Show>
    </Show>
  );
}
