/**
 * What the platform and its process tell whoever watches them (docs/operating/observing.md), and who may look:
 * `/metrics` wants the bearer token of the file `metrics.token` in the data folder, because the platform may
 * stand behind a proxy that makes every caller look like a local one.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { FastifyInstance } from "fastify";
import type { MetricsRegistry } from "#base/metrics.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { ChainHost } from "#chain/host.ts";
import type { HeadEnd } from "./head-end.ts";
import { Refused } from "./problems.ts";

export const METRICS_TOKEN_FILE = "metrics.token";
const LOOP_RESOLUTION_MS = 10;
/** From a quarter hour's end to its reading at the head-end, seconds. */
const DELAY_BUCKETS = [1, 5, 15, 30, 60, 300, 900, 3_600, 21_600, 86_400, 604_800];

export interface WatchedPlatform {
  readonly host: ChainHost;
  readonly indexHeight: () => number;
  readonly streams: () => number;
  readonly ready: () => boolean;
  readonly headEnd: HeadEnd | undefined;
}

/** Registers the platform and its process. Returns how to stop watching. */
export function registerPlatform(registry: MetricsRegistry, platform: WatchedPlatform): () => void {
  const { host, headEnd } = platform;
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  registry.gauge("contrada_index_height_blocks", "Height of the index of the chain.", platform.indexHeight);
  registry.gauge("contrada_index_lag_blocks", "Blocks by which the index is behind the chain.", () =>
    Math.max(0, host.view().height - platform.indexHeight()),
  );
  registry.gauge("contrada_chain_waiting_transactions", "Admitted transactions that wait for a block.", () =>
    host.waiting(),
  );
  registry.gauge("contrada_platform_ready_state", "1 = /readyz says yes.", () => (platform.ready() ? 1 : 0));
  registry.gauge("contrada_stream_clients_count", "Open streams of server-sent events.", platform.streams);
  registry.gauge(
    "contrada_process_event_loop_delay_seconds",
    "Delay of the event loop since the last look, by quantile.",
    () => {
      const at = (quantile: number) => ({
        value: Number.isFinite(loop.mean)
          ? Math.max(0, loop.percentile(100 * quantile) / 1e9 - LOOP_RESOLUTION_MS / 1_000)
          : 0,
        labels: { quantile: String(quantile) },
      });
      const all = [at(0.5), at(0.99), at(1)];
      loop.reset();
      return all;
    },
  );
  registry.gauge("contrada_process_resident_memory_bytes", "Resident memory of the process.", () =>
    process.memoryUsage.rss(),
  );
  registry.gauge(
    "contrada_process_heap_used_bytes",
    "JavaScript heap in use.",
    () => process.memoryUsage().heapUsed,
  );
  registry.counter("contrada_process_cpu_seconds_total", "Processor time, user and system.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  registry.counter("contrada_process_uptime_seconds_total", "Time since the start.", () => process.uptime());
  const stop = headEnd === undefined ? () => {} : watchReadings(registry, headEnd, host);
  return () => {
    loop.disable();
    stop();
  };
}

function watchReadings(registry: MetricsRegistry, headEnd: HeadEnd, host: ChainHost): () => void {
  let readings = 0;
  registry.counter("contrada_reading_received_total", "Readings taken since the start.", () => readings);
  const delay = registry.histogram(
    "contrada_reading_delay_seconds",
    "From the end of a quarter hour to its reading at the head-end, by the chain's clock.",
    DELAY_BUCKETS,
  );
  return headEnd.onReading(({ intervalStart }) => {
    readings += 1;
    delay.observe(Math.max(0, host.now() - intervalStart - QUARTER_HOUR_S));
  });
}

/** Counts what the server answers and how many are connected. */
export function watchServer(registry: MetricsRegistry, server: FastifyInstance): void {
  const answers = new Map<string, number>();
  let connections = 0;
  const duration = registry.histogram(
    "contrada_http_request_seconds",
    "Duration of requests, streams left out.",
  );
  registry.counter("contrada_http_requests_total", "Requests answered, by class of status.", () =>
    [...answers].sort().map(([status, value]) => ({ value, labels: { status } })),
  );
  registry.gauge("contrada_http_connections_count", "Open connections.", () => connections);
  server.server.on("connection", (socket) => {
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
  });
  server.addHook("onResponse", async (request, reply) => {
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (request.routeOptions.url !== "/v1/stream") duration.observe(reply.elapsedTime / 1_000);
  });
}

/** `/metrics`, for whoever has the token; it is made where there is none yet. */
export function registerMetricsPage(
  server: FastifyInstance,
  registry: MetricsRegistry,
  folder: string,
): void {
  const path = join(folder, METRICS_TOKEN_FILE);
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  }
  const wanted = digestOf(`Bearer ${readFileSync(path, "utf8").trim()}`);
  server.get("/metrics", (request, reply) => {
    if (!timingSafeEqual(digestOf(request.headers.authorization ?? ""), wanted)) {
      throw new Refused(
        "not_signed_in",
        `The figures of this process are for its operator: send the token of ${METRICS_TOKEN_FILE} in the data folder as a bearer token.`,
      );
    }
    return reply
      .header("cache-control", "no-store")
      .type("text/plain; version=0.0.4; charset=utf-8")
      .send(registry.text());
  });
}

function digestOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
