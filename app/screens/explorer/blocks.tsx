/** The chain's blocks, newest first. Follows the stream; where nobody is signed in, asks again now and then. */
import { createEffect, createMemo, createSignal, For, on, onCleanup, Show } from "solid-js";
import type { BlockSummary } from "#wire/schemas.ts";
import { local } from "../../local.ts";
import { Button } from "../../parts/button.tsx";
import { Head } from "../../parts/head.tsx";
import { Empty, Loaded } from "../../parts/states.tsx";
import { platform } from "../../platform.ts";
import { navigate } from "../../router.ts";
import { community, onStream, reachable, session } from "../../session.ts";
import { t } from "../../strings/dictionary.ts";
import { createView } from "../../view.ts";
import { merged, rowsOf, searched } from "./chain.ts";
import { Tabs } from "./tabs.tsx";

const PAGE = 50;
const EMPTY_RUN = 3;
const POLL_MS = 5_000;

export function Blocks() {
  const view = createView(
    () => "blocks",
    (signal) => platform.call("GET /v1/blocks", { query: { limit: PAGE }, signal }),
  );
  const [shown, setShown] = createSignal<readonly BlockSummary[]>([]);
  const [waiting, setWaiting] = createSignal<readonly BlockSummary[]>([]);
  const [following, setFollowing] = createSignal(true);
  const [busy, setBusy] = createSignal(false);
  const [end, setEnd] = createSignal(false);

  const take = (blocks: readonly BlockSummary[]) => {
    if (following()) setShown(merged(shown(), blocks));
    else setWaiting(merged(waiting(), blocks));
  };
  createEffect(
    on(view.value, (blocks) => {
      if (blocks !== undefined) take(blocks);
    }),
  );
  onCleanup(onStream("block", (block) => take([block])));
  const timer = setInterval(() => {
    if (session() === null && reachable()) void view.refresh();
  }, POLL_MS);
  onCleanup(() => clearInterval(timer));

  const rows = createMemo(() => rowsOf(shown(), EMPTY_RUN));
  const newest = () => [...waiting(), ...shown()][0];
  const unseen = () => waiting().filter((block) => block.height > (shown()[0]?.height ?? 0)).length;

  function follow(): void {
    setShown(merged(shown(), waiting()));
    setWaiting([]);
    setFollowing(true);
  }

  async function older(): Promise<void> {
    const last = shown().at(-1);
    if (last === undefined) return;
    setBusy(true);
    try {
      const blocks = await platform.call("GET /v1/blocks", { query: { before: last.height, limit: PAGE } });
      setEnd(blocks.length < PAGE);
      setShown(merged(shown(), blocks));
    } catch {
      // The button stays; it can be pressed again.
    }
    setBusy(false);
  }

  return (
    <>
      <Head title={t("explorer.title")} sub={t("explorer.sub", { chain: community()?.chain ?? "…" })}>
        <Tabs />
        <Search />
      </Head>
      <section class="two">
        <div>
          <p class="big">
            <Show when={newest()} fallback="–">
              {(block) => <>{local.number(block().height)}</>}
            </Show>
            <small>{t("explorer.height_unit")}</small>
          </p>
          <p class="sub spaced">
            <Show when={newest()} fallback={"\u00a0"}>
              {(block) => <>{t("explorer.last", { time: local.when(block().time) })}</>}
            </Show>
          </p>
        </div>
        <p class="reason">
          {t("explorer.what")}
          <small>
            {t("explorer.what_why")} <a href="/ledger/network">{t("explorer.who_makes")}</a>
          </small>
        </p>
      </section>
      <section class="split">
        <div class="head">
          <h2>{t("explorer.blocks")}</h2>
          <div class="right">
            <button
              type="button"
              class="key"
              aria-pressed={following()}
              onClick={() => (following() ? setFollowing(false) : follow())}
            >
              {t("explorer.follow")}
            </button>
          </div>
        </div>
        <Show when={!following() && unseen() > 0}>
          <div>
            <Button quiet small onClick={follow}>
              {t("explorer.new_blocks", { count: unseen() })}
            </Button>
          </div>
        </Show>
        <Loaded view={view} heights={[40, 40, 40, 40, 40, 40]}>
          {() => (
            <Show when={shown().length > 0} fallback={<Empty title={t("explorer.no_blocks")} />}>
              <ol class="chain">
                <For each={rows()}>
                  {(row) => (
                    <Show
                      when={row.kind === "block" ? row.block : undefined}
                      fallback={
                        row.kind === "empty" ? (
                          <li class="empty-run">
                            <a href={`/ledger/block/${row.newest.height}`}>
                              {t("explorer.empty_run", {
                                from: local.number(row.oldest.height),
                                to: local.number(row.newest.height),
                                count: row.count,
                              })}
                            </a>
                          </li>
                        ) : null
                      }
                    >
                      {(block) => <BlockRow block={block()} />}
                    </Show>
                  )}
                </For>
              </ol>
              <Show when={!end() && (shown().at(-1)?.height ?? 1) > 1}>
                <div>
                  <Button quiet busy={busy()} onClick={() => void older()}>
                    {t("explorer.older")}
                  </Button>
                </div>
              </Show>
            </Show>
          )}
        </Loaded>
      </section>
    </>
  );
}

const MARKS = 14;

function BlockRow(props: { block: BlockSummary }) {
  const marks = () => Math.min(MARKS, props.block.transactions);
  return (
    <li>
      <a class="block-row" href={`/ledger/block/${props.block.height}`}>
        <b>{local.number(props.block.height)}</b>
        <span class="time">{local.when(props.block.time)}</span>
        <span class="count">
          <Show when={props.block.transactions > 0} fallback={t("explorer.none")}>
            <span class="marks" aria-hidden="true">
              <For each={Array.from({ length: marks() })}>
                {(_, index) => <i classList={{ refused: index() >= marks() - props.block.refused }} />}
              </For>
            </span>
            {props.block.refused === 0
              ? t("explorer.count", { count: props.block.transactions })
              : t("explorer.count_refused", {
                  count: props.block.transactions,
                  refused: props.block.refused,
                })}
          </Show>
        </span>
        <code>{props.block.hash.slice(0, 12)}…</code>
      </a>
    </li>
  );
}

function Search() {
  const [text, setText] = createSignal("");
  const [wrong, setWrong] = createSignal(false);
  return (
    <form
      class="search"
      aria-label={t("explorer.find")}
      onSubmit={(event) => {
        event.preventDefault();
        const path = searched(text());
        setWrong(path === undefined);
        if (path !== undefined) navigate(path);
      }}
    >
      <input
        type="text"
        class="field"
        aria-label={t("explorer.search")}
        placeholder={t("explorer.search")}
        aria-invalid={wrong()}
        aria-describedby={wrong() ? "search-wrong" : undefined}
        autocomplete="off"
        spellcheck={false}
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setWrong(false);
        }}
      />
      <Button quiet type="submit">
        {t("explorer.find")}
      </Button>
      <Show when={wrong()}>
        <p class="sub" id="search-wrong" role="alert">
          {t("explorer.not_findable")}
        </p>
      </Show>
    </form>
  );
}
