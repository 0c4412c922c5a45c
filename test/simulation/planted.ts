/**
 * Bugs to plant: what could go wrong in a ledger and its storage, each as a change of the source. The simulation
 * has to find them (`bugs.ts`); a test holds that they still fit the source.
 */

export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  /** What stands there, exactly once, and what shall stand there instead. */
  readonly edits: readonly (readonly [string, string])[];
}

const LOG = "src/node/comet/decided-log.ts";
const APPLICATION = "src/node/comet/application.ts";
const BLOCK_LOG = "src/node/block-log.ts";
const SNAPSHOT = "src/node/comet/state-snapshot.ts";
const MARKET_DAY = "src/market/market-day.ts";
const SLOT_BOOK = "src/market/slot-book.ts";
const PROCEDURE = "src/market/contract/procedure.ts";
const PAYMENT = "src/market/contract/payment.ts";
const MACHINE = "src/ledger/machine.ts";

export const PLANTED_BUGS: readonly PlantedBug[] = [
  // What is durable when.
  {
    name: "the decided log is not synced",
    file: LOG,
    edits: [["      await this.#file.sync();\n", ""]],
  },
  {
    name: "the decided log believes what was written and not synced",
    file: LOG,
    edits: [["    this.#file.syncNow();\n    return cut;", "    return cut;"]],
  },
  {
    name: "Commit is answered before the block is durable",
    file: APPLICATION,
    edits: [["await this.#opened!.log.append(decided);", "void this.#opened!.log.append(decided);"]],
  },
  { name: "the block log is not synced", file: BLOCK_LOG, edits: [["      await this.#log.sync();\n", ""]] },
  { name: "the head is not synced", file: BLOCK_LOG, edits: [["      await this.#head.sync();\n", ""]] },
  {
    name: "a killed process's last block is kept without a sync",
    file: BLOCK_LOG,
    edits: [["  log.syncNow();\n  const tip", "  const tip"]],
  },
  {
    name: "a killed process's head is kept without a sync",
    file: BLOCK_LOG,
    edits: [["  await headFile.sync();\n  return", "  return"]],
  },
  {
    name: "the embedded node acknowledges before the disk does",
    file: "src/node/producer.ts",
    edits: [["    await log.append(block, hash);", "    void log.append(block, hash);"]],
  },
  {
    name: "a replaced file's folder is not synced",
    file: "src/node/storage.ts",
    edits: [
      [
        "  storage.rename(temporary, path);\n  storage.syncFolder(dirname(path));",
        "  storage.rename(temporary, path);",
      ],
    ],
  },
  // What is believed of a disk.
  {
    name: "the decided log's digest is not compared",
    file: LOG,
    edits: [['  if (!equalBytes(digestOf(bytes), digest)) return "a record with a wrong digest";\n', ""]],
  },
  {
    name: "the block log's checksum is not compared",
    file: "src/node/log-record.ts",
    edits: [["|| !equalBytes(checksumOf(record.subarray(0, end)), record.subarray(end))", ""]],
  },
  {
    name: "a restart leaves out the last block of the log",
    file: "src/node/node.ts",
    edits: [["height <= log.height; height++", "height < log.height; height++"]],
  },
  {
    name: "a snapshot is taken while the state moves on",
    file: "src/node/node.ts",
    edits: [
      [
        "    const rows = this.#app.export();\n",
        "    for (let i = 0; i < 5; i++) await this.#surroundings.turn();\n    const rows = this.#app.export();\n",
      ],
    ],
  },
  // What CometBFT is told.
  {
    name: "FinalizeBlock changes the committed state",
    file: APPLICATION,
    edits: [
      [
        "    const step = chain.seal(block);\n    const transactions = txs",
        "    const sealed = chain.seal(block);\n    sealed.commit();\n    const step = { ...sealed, commit: () => {} };\n    const transactions = txs",
      ],
    ],
  },
  {
    name: "FinalizeBlock goes by the machine's own clock",
    file: APPLICATION,
    edits: [
      ["chain.open(chainTime(genesis.appState.clock, genesis.time, time), ", "chain.open(this.now(), "],
    ],
  },
  {
    name: "a refused transaction leaves no trace where it should use up its nonce",
    file: APPLICATION,
    edits: [
      [
        'execute(block, one.transaction, signed[i]!, "counts")',
        'execute(block, one.transaction, signed[i]!, "leaves no trace")',
      ],
    ],
  },
  {
    name: "a proposal that is only looked at stays in what waits",
    file: APPLICATION,
    edits: [
      [
        "    this.#seen(request);\n    const { ACCEPT",
        `    this.#seen(request);
    for (const bytes of request.txs) {
      const found = decodeTransaction(bytes);
      this.#waiting ??= this.#chain().open(this.#nextTime);
      if (found.ok) execute(this.#waiting, found.value, true, "counts");
    }
    const { ACCEPT`,
      ],
    ],
  },
  {
    name: "what waits is not looked at anew after a block",
    file: APPLICATION,
    edits: [["    step.commit();\n    this.#waiting = undefined;", "    step.commit();"]],
  },
  {
    name: "CheckTx takes every signature for good",
    file: APPLICATION,
    edits: [['verdict === "valid", "leaves no trace"', 'true, "leaves no trace"']],
  },
  {
    name: "a proposal takes no heed of its limit",
    file: APPLICATION,
    edits: [["    if (cost > left) break;\n", ""]],
  },
  {
    name: "a proposal of whatever bytes is accepted",
    file: APPLICATION,
    edits: [["status: good ? ACCEPT : REJECT", "status: good ? ACCEPT : ACCEPT"]],
  },
  {
    name: "verdicts on signatures are remembered by what was signed, not by the signature",
    file: "src/node/comet/known.ts",
    edits: [
      ['hash("sha256", bytes, "latin1")', 'hash("sha256", bytes.subarray(0, bytes.length - 64), "latin1")'],
    ],
  },
  {
    name: "a decided block's signatures are judged under this node's cap",
    file: "src/node/comet/verdicts.ts",
    edits: [
      [
        "const good = await this.#gate.decide(transaction);",
        'const good = (await new Promise<Verdict>((resolve) => this.#gate.judge(transaction, resolve))) === "valid";',
      ],
    ],
  },
  // State sync.
  {
    name: "a chunk of somebody else is not compared with its hash",
    file: SNAPSHOT,
    edits: [["    if (!equalBytes(digestOf(chunk), hashAt(metadata, index))) return false;\n", ""]],
  },
  {
    name: "a state of somebody else is taken whatever its root",
    file: "src/chain/app.ts",
    edits: [["      assertRoot(this.#state.root, from.stateRoot);\n", ""]],
  },
  {
    name: "a state of somebody else is believed before it is durable",
    file: SNAPSHOT,
    edits: [
      ["trailerOf(this.offer.metadata));\n    await this.#file.sync();", "trailerOf(this.offer.metadata));"],
    ],
  },
  {
    name: "a node that starts again leaves out the block after its snapshot",
    file: "src/node/comet/restart.ts",
    edits: [["    }, chain.height);", "    }, chain.height + 1);"]],
  },
  // The envelope.
  {
    name: "a nonce may be left out",
    file: MACHINE,
    edits: [["transaction.nonce !== member.nonce + 1", "transaction.nonce > member.nonce + 2"]],
  },
  {
    name: "a transaction counts twice",
    file: MACHINE,
    edits: [
      ["transaction.nonce <= member.nonce", "transaction.nonce < member.nonce"],
      ["transaction.nonce !== member.nonce + 1", "transaction.nonce > member.nonce + 1"],
    ],
  },
  {
    name: "a transaction expires a block late",
    file: MACHINE,
    edits: [["transaction.expiryHeight < height", "transaction.expiryHeight + 1 < height"]],
  },
  {
    name: "a transaction expires a block early",
    file: MACHINE,
    edits: [["transaction.expiryHeight < height", "transaction.expiryHeight <= height"]],
  },
  {
    name: "the sender's row is overwritten by a copy from before",
    file: MACHINE,
    edits: [
      [
        "    const verdict = this.#apply(",
        "    const after = this.#draft.get(MEMBERS, transaction.sender)!;\n    const verdict = this.#apply(",
      ],
      [
        "    const after = this.#draft.get(MEMBERS, transaction.sender)!;\n    this.#draft.put",
        "    this.#draft.put",
      ],
    ],
  },
  // Money and energy.
  {
    name: "prices are rounded down",
    file: "src/base/units.ts",
    edits: [
      ["MicroEur(divideHalfEven(energy * price, 1000n))", "MicroEur(divideFloor(energy * price, 1000n))"],
    ],
  },
  {
    name: "a bank reference is not looked up",
    file: "src/market/deposit.ts",
    edits: [['  if (draft.get(DEPOSITS, key) !== undefined) return "deposit_exists";\n', ""]],
  },
  {
    name: "a sale is paid for what was reserved, not for what was delivered",
    file: "src/market/sale.ts",
    edits: [["storeMarginPerMille: 0 }, sale.delivered);", "storeMarginPerMille: 0 }, sale.energy);"]],
  },
  {
    name: "a transfer that was resolved is resolved again when it expires",
    file: "src/ledger/transfer.ts",
    edits: [
      [
        'if (row.state === "pending") resolve(draft, id, row, "expired", 0n);',
        'resolve(draft, id, row, "expired", 0n);',
      ],
    ],
  },
  {
    name: "two sales share what was delivered once",
    file: "src/market/settlement.ts",
    edits: [["      unsold -= taken;\n", ""]],
  },
  // Members, and what they decide.
  {
    name: "a key that its owner keeps goes all the same",
    file: "src/ledger/revocation.ts",
    edits: [['  draft.delete(REVOCATIONS, key);\n  return "ok";', '  return "ok";']],
  },
  {
    name: "a recovery that was called off comes all the same",
    file: "src/ledger/recovery.ts",
    edits: [
      ['  endRound(draft, member, draft.get(GUARDIANS, member)?.next);\n  return "ok";', '  return "ok";'],
    ],
  },
  {
    name: "a recovery that was called off does not end its round",
    file: "src/ledger/recovery.ts",
    edits: [["{ ...guarded, round: guarded.round + 1, next });", "{ ...guarded, next });"]],
  },
  {
    name: "a member that is erased or goes on under a new number keeps its keys",
    file: "src/market/participant.ts",
    edits: [["closed: height, keys: [] });", "closed: height });"]],
  },
  {
    name: "a vote that is changed counts twice",
    file: "src/market/proposal.ts",
    edits: [[" - (before?.yes === side ? 1 : 0);", ";"]],
  },
  {
    name: "a quorum is not asked for",
    file: "src/market/proposal.ts",
    edits: [["cast === 0 || cast * 1000 < quorumPerMille * eligible", "cast === 0"]],
  },
  {
    name: "a deadline is called when its time is there and its height is not",
    file: "src/ledger/agenda.ts",
    edits: [
      [
        "      else if (deadline.height > now.height) insert(draft, AGENDA_HEIGHTS, deadline.height, deadline);\n",
        "",
      ],
    ],
  },
  {
    name: "a payout is settled in the block at which it expires",
    file: "src/market/payout.ts",
    edits: [
      ['state === "waiting" && height < expiryHeight', 'state === "waiting" && height <= expiryHeight'],
    ],
  },
  {
    name: "evidence leaves an organisation its power",
    file: "src/market/evidence.ts",
    edits: [["{ ...organisation, active: false, misbehaviours }", "{ ...organisation, misbehaviours }"]],
  },
  // The neighbours' market.
  {
    name: "the market takes more than was consented to",
    file: MARKET_DAY,
    edits: [['      problems.push("cap_exceeded");', "      continue;"]],
  },
  {
    name: "what the community keeps of a market's day is its operator's word",
    file: MARKET_DAY,
    edits: [['    row === undefined || areLawfulFees(row, body) ? "ok" : "fees_not_lawful",\n', ""]],
  },
  {
    name: "a market's day is settled with another energy than its books traded",
    file: MARKET_DAY,
    edits: [["    balanced && asTraded ?", "    asTraded || !asTraded ?"]],
  },
  {
    name: "a market's day is settled before it is over",
    file: MARKET_DAY,
    edits: [['    now.time < dayStart(laws.zone, day + 1) ? "day_not_over" : "ok",\n', ""]],
  },
  {
    name: "a version of a market's day may be left out",
    file: MARKET_DAY,
    edits: [["version !== row.versions + 1", "version <= row.versions"]],
  },
  {
    name: "what a market's books kept for the grid is forgotten",
    file: MARKET_DAY,
    edits: [["    gridFees: MicroEur(row.gridFees + gridFees),\n", ""]],
  },
  {
    name: "a market's seals are not compared",
    file: SLOT_BOOK,
    edits: [['  if (!isWhatWasSealed(body, sealed!)) return "seals_differ";\n', ""]],
  },
  {
    name: "a market's book is sealed before its gate",
    file: SLOT_BOOK,
    edits: [['    now.time < from ? "book_too_early" : "ok",\n', ""]],
  },
  {
    name: "a market's book may be opened whenever its operator likes",
    file: SLOT_BOOK,
    edits: [["now.time > sealedTime + marketClearingS || ", ""]],
  },
  {
    name: "a feeder's limit is not heeded in the market",
    file: "src/market/book-clearing.ts",
    edits: [["  if (limits.length === 0) return book;", "  if (limits.length >= 0) return book;"]],
  },
  {
    name: "what does not divide is lost at the market's margin",
    file: "src/market/auction/share.ts",
    edits: [["  if (left === 0) return shares;", "  if (left >= 0) return shares;"]],
  },
  {
    name: "a member under a new number keeps its reserve for the market",
    file: "src/market/renewal.ts",
    edits: [["  endParticipation(draft, member);\n  const", "  const"]],
  },
  // Supply contracts.
  {
    name: "a supplier gives notice before its bill is due",
    file: PROCEDURE,
    edits: [['  if (now.time <= row.dueTime) return "invoice_not_due";\n', ""]],
  },
  {
    name: "the reduction of a supply is not entered in the agenda",
    file: PROCEDURE,
    edits: [
      [
        "  if (delay !== undefined) schedule(",
        '  if (delay !== undefined && state !== "notified") schedule(',
      ],
    ],
  },
  {
    name: "a protected plant's supply is reduced",
    file: PROCEDURE,
    edits: [
      [
        '  if (supplyPointOf(draft, contract.plant).protection !== undefined) return "plant_protected";\n',
        "",
      ],
    ],
  },
  {
    name: "a dispute does not freeze a supply's procedure",
    file: PROCEDURE,
    edits: [['  else move(draft, id, { ...contract, frozen }, trigger, "disputed", now, emit);\n', ""]],
  },
  {
    name: "a supply is suspended when its notice is over",
    file: PROCEDURE,
    edits: [['  notified: {\n    step: "reduced",', '  notified: {\n    step: "suspended",']],
  },
  {
    name: "a supply's notice is as short as its reduction",
    file: PROCEDURE,
    edits: [['delayS: state === "notified" ? agreed.noticeS : agreed.reducedS', "delayS: agreed.reducedS"]],
  },
  {
    name: "a payment does not restore a supply",
    file: PAYMENT,
    edits: [["  restore(draft, invoice, basis, now, emit);\n", ""]],
  },
  {
    name: "money put aside for a supply counts twice",
    file: PAYMENT,
    edits: [["MicroEur(contract.reserve + amount);", "MicroEur(contract.reserve + 2n * amount);"]],
  },
  {
    name: "what is put aside for a supply pays more than its bill",
    file: PAYMENT,
    edits: [["minimum(restOf(row), contract.reserve)", "contract.reserve"]],
  },
  {
    name: "a supplier's bills have numbers of its own choice",
    file: "src/market/contract/billing.ts",
    edits: [['  if (request.number !== next.number) return "number_out_of_order";\n', ""]],
  },
  {
    name: "all validators come and go at once",
    file: "src/market/validator-set.ts",
    edits: [["Math.max(1, Math.floor(known.length / 3))", "Math.max(1, 2 * known.length)"]],
  },
];
