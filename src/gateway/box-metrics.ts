/** Figures of a running gateway for Prometheus, on loopback. No label names a home. */
import { createServer, type Server } from "node:http";
import { MetricsRegistry } from "#base/metrics.ts";
import type { Box } from "./box.ts";

/** Serves `/metrics`. Rejects where the port cannot be had. */
export async function metricsOf(box: Box, port: number): Promise<Server> {
  const { gateway, outbox, clock, counts } = box;
  const registry = new MetricsRegistry();
  registry.counter("contrada_gateway_cycles_total", "cycles that ended", () => counts.cycles);
  registry.gauge("contrada_gateway_slowest_cycle_seconds", "slowest cycle since the last look", () => {
    const seconds = counts.slowestMs / 1000;
    counts.slowestMs = 0;
    return seconds;
  });
  registry.gauge(
    "contrada_gateway_outbox_waiting_count",
    "readings that the platform does not have",
    () => outbox.waiting,
  );
  registry.gauge(
    "contrada_gateway_faults_count",
    "faults that stand",
    () => gateway.faults.filter(({ resolvedAt }) => resolvedAt === null).length,
  );
  registry.gauge("contrada_gateway_clock_state", "1 = the clock can be right", () => (clock.isRight ? 1 : 0));
  registry.gauge("contrada_gateway_memory_bytes", "resident memory", () => process.memoryUsage.rss());
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(registry.text());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  return server;
}
