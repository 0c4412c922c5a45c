/**
 * What a home is told without asking: a fault, unusual use, a sale that closed, a step of its supply contract. Kept
 * for its owner to read, and handed to the telephones that want it.
 *
 * The same thing is told once (`key`); of a home the newest `KEPT` stay.
 */
import type { DatabaseSync } from "node:sqlite";
import type { UnixSeconds } from "#base/time.ts";
import { NOTICE_KINDS, type NoticeCode, type NoticeKind } from "#wire/notice-codes.ts";
import type { Notice, NoticeSettings, PushDevice, PushedNotice } from "#wire/notice-schemas.ts";
import { Refused } from "../problems.ts";
import type { PushSender } from "./push.ts";

export const NOTICES_STEP = `
  CREATE TABLE notices (
    home INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    about TEXT,
    numbers TEXT NOT NULL,
    time INTEGER NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (home, id)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX notices_by_key ON notices (home, key);
  CREATE TABLE notice_settings (
    home INTEGER PRIMARY KEY,
    settings TEXT NOT NULL,
    read_up_to INTEGER NOT NULL
  );
  CREATE TABLE push_devices (
    endpoint TEXT PRIMARY KEY,
    home INTEGER NOT NULL,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    since INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX push_devices_by_home ON push_devices (home);
`;

const KEPT = 200;
const DEVICES_MAX = 10;
const USUAL: NoticeSettings = { kinds: [...NOTICE_KINDS], excessW: null };

export interface Told {
  readonly kind: NoticeKind;
  readonly code: NoticeCode;
  readonly about?: string;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly path: string;
  /** Names the thing: what has this key is told once. */
  readonly key: string;
}

export class Notices {
  readonly #database: DatabaseSync;
  readonly #push: PushSender;
  readonly #now: () => UnixSeconds;
  readonly #sending = new Set<Promise<unknown>>();

  constructor(database: DatabaseSync, push: PushSender, now: () => UnixSeconds) {
    this.#database = database;
    this.#push = push;
    this.#now = now;
  }

  get pushKey(): string {
    return this.#push.publicKey;
  }

  /** Tells a home, unless it was told, or wants to hear nothing of that kind. */
  tell(home: number, { kind, code, about, numbers = {}, path, key }: Told): void {
    if (!this.settings(home).kinds.includes(kind)) return;
    const time = this.#now();
    const { changes } = this.#database
      .prepare(
        `INSERT INTO notices (home, id, kind, code, about, numbers, time, path, key)
         SELECT ?1, COALESCE((SELECT MAX(id) FROM notices WHERE home = ?1), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
         WHERE true ON CONFLICT DO NOTHING`,
      )
      .run(home, kind, code, about ?? null, JSON.stringify(numbers), time, path, key);
    if (changes === 0) return;
    this.#database
      .prepare(
        "DELETE FROM notices WHERE home = ?1 AND id <= (SELECT MAX(id) FROM notices WHERE home = ?1) - ?2",
      )
      .run(home, KEPT);
    this.#hand(home, { code, about: about ?? null, numbers, path, time });
  }

  /** Newest first. */
  list(home: number): Notice[] {
    const readUpTo = this.#readUpTo(home);
    return this.#database
      .prepare(
        "SELECT id, kind, code, about, numbers, time, path FROM notices WHERE home = ? ORDER BY id DESC",
      )
      .all(home)
      .map((row) => {
        const { numbers, ...rest } = row as unknown as Omit<Notice, "numbers" | "read"> & { numbers: string };
        return { ...rest, numbers: JSON.parse(numbers), read: rest.id <= readUpTo };
      });
  }

  unread(home: number): number {
    const row = this.#database
      .prepare("SELECT COUNT(*) AS count FROM notices WHERE home = ? AND id > ?")
      .get(home, this.#readUpTo(home));
    return (row as { count: number }).count;
  }

  /** Up to this one all are read; an earlier answer takes nothing back. */
  readUpTo(home: number, id: number): void {
    this.#database
      .prepare(
        `INSERT INTO notice_settings (home, settings, read_up_to) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET read_up_to = MAX(read_up_to, excluded.read_up_to)`,
      )
      .run(home, JSON.stringify(USUAL), id);
  }

  settings(home: number): NoticeSettings {
    const row = this.#database.prepare("SELECT settings FROM notice_settings WHERE home = ?").get(home);
    return row === undefined ? USUAL : JSON.parse((row as { settings: string }).settings);
  }

  set(home: number, settings: NoticeSettings): void {
    this.#database
      .prepare(
        `INSERT INTO notice_settings (home, settings, read_up_to) VALUES (?, ?, 0)
         ON CONFLICT DO UPDATE SET settings = excluded.settings`,
      )
      .run(home, JSON.stringify(settings));
  }

  devicesOf(home: number): number {
    const row = this.#database.prepare("SELECT COUNT(*) AS count FROM push_devices WHERE home = ?").get(home);
    return (row as { count: number }).count;
  }

  /** A device is told of one home; of a home's devices the oldest gives way. Refused: push_refused. */
  addDevice(home: number, { endpoint, keys }: PushDevice): void {
    if (!this.#push.takes(endpoint)) throw new Refused("push_refused");
    this.#database
      .prepare(
        `INSERT INTO push_devices (endpoint, home, p256dh, auth, since) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET home = excluded.home, p256dh = excluded.p256dh, auth = excluded.auth, since = excluded.since`,
      )
      .run(endpoint, home, keys.p256dh, keys.auth, this.#now());
    this.#database
      .prepare(
        `DELETE FROM push_devices WHERE home = ?1 AND endpoint NOT IN
           (SELECT endpoint FROM push_devices WHERE home = ?1 ORDER BY since DESC, endpoint LIMIT ?2)`,
      )
      .run(home, DEVICES_MAX);
  }

  removeDevice(home: number, endpoint: string): void {
    this.#database.prepare("DELETE FROM push_devices WHERE home = ? AND endpoint = ?").run(home, endpoint);
  }

  /** Until what is on its way has arrived or failed. */
  async idle(): Promise<void> {
    await Promise.all(this.#sending);
  }

  #readUpTo(home: number): number {
    const row = this.#database.prepare("SELECT read_up_to FROM notice_settings WHERE home = ?").get(home);
    return (row as { read_up_to: number } | undefined)?.read_up_to ?? 0;
  }

  /** Nobody waits for it: a notice that reaches no telephone still stands in the list. */
  #hand(home: number, message: PushedNotice): void {
    const devices = this.#database
      .prepare("SELECT endpoint, p256dh, auth FROM push_devices WHERE home = ?")
      .all(home) as unknown as { endpoint: string; p256dh: string; auth: string }[];
    for (const { endpoint, ...keys } of devices) {
      const sending = this.#push.send({ endpoint, keys }, message).then((outcome) => {
        if (outcome === "gone") this.removeDevice(home, endpoint);
      });
      this.#sending.add(sending);
      void sending.finally(() => this.#sending.delete(sending));
    }
  }
}
