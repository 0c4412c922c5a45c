"""Books with places in the grid and orders for solar energy alone, as linear programmes for HiGHS (`highspy`).

"bound_solar": everybody far from nobody; solar-only bids buy at most what solar asks sell. What the auction has to reach.
"best": every kWh from an ask to a bid pays the fee of its level, and solar-only bids take from solar asks only. The
most that any clearing could be worth; what clearing nearest first gives up against it is what the test reports.

    python3 test/oracles/auction_staged_lp.py --draw 150 > src/market/auction/fixtures/staged-lp.json

or a list of books on standard input. A row is [energy Wh, limit µEUR/kWh, feeder, solar]; feeders 0 and 1 hang at one
transformer, 2 at another.
"""

import json
import os
import random
import sys

import highspy

# The solver greets on standard output whatever it is told; what is printed here goes to the real one.
output = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

TRANSFORMER = [0, 0, 1]


def most(gains, uppers, rows):
    """The highest gains · x over 0 <= x <= uppers and rows of ({column: coefficient}, upper bound)."""
    lp = highspy.Highs()
    lp.setOptionValue("output_flag", False)
    for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        lp.setOptionValue(option, 1e-10)
    for gain, upper in zip(gains, uppers):
        lp.addCol(-float(gain), 0.0, float(upper), 0, [], [])
    for row, low, high in rows:
        lp.addRow(low, high, len(row), list(row), list(row.values()))
    lp.run()
    assert lp.getModelStatus() == highspy.HighsModelStatus.kOptimal, lp.getModelStatus()
    return round(-lp.getInfo().objective_function_value)


def answer(book):
    bids, asks, fees = book["bids"], book["asks"], book["fees"]
    if not bids or not asks:
        return 0, 0
    gains = [bid[1] for bid in bids] + [-ask[1] for ask in asks]
    uppers = [bid[0] for bid in bids] + [ask[0] for ask in asks]
    balance = {i: 1.0 if i < len(bids) else -1.0 for i in range(len(gains))}
    solar = {i: 1.0 for i, bid in enumerate(bids) if bid[3]}
    solar |= {len(bids) + j: -1.0 for j, ask in enumerate(asks) if ask[3]}
    bound_solar = most(gains, uppers, [(balance, 0.0, 0.0), (solar, -highspy.kHighsInf, 0.0)])

    flows = [(i, j) for i, bid in enumerate(bids) for j, ask in enumerate(asks) if ask[3] or not bid[3]]
    worth = []
    for i, j in flows:
        one, other = bids[i][2], asks[j][2]
        level = 0 if one == other else 1 if TRANSFORMER[one] == TRANSFORMER[other] else 2
        worth.append(bids[i][1] - asks[j][1] - fees[level])
    rows = []
    for side, orders in ((0, bids), (1, asks)):
        for order, (energy, *_) in enumerate(orders):
            row = {column: 1.0 for column, flow in enumerate(flows) if flow[side] == order}
            rows.append((row, 0.0, float(energy)))
    best = most(worth, [float(bids[i][0]) for i, _ in flows], rows) if flows else 0
    return bound_solar, best


def drawn(number):
    chance = random.Random(f"staged auction {number}")

    def row():
        limit = 100_000 + 10_000 * chance.randint(0, 6) if number % 3 == 0 else chance.randint(80_000, 300_000)
        return [chance.randint(1, 12 if number % 3 == 0 else 2_000), limit, chance.randint(0, 2), chance.randint(0, 1)]

    near = 1_000 * chance.randint(0, 10)
    middle = near + 1_000 * chance.randint(0, 15)
    return {
        "bids": [row() for _ in range(chance.randint(0, 12))],
        "asks": [row() for _ in range(chance.randint(0, 12))],
        "fees": [near, middle, middle + 1_000 * chance.randint(0, 40)],
    }


books = [drawn(number) for number in range(int(sys.argv[2]))] if sys.argv[1:2] == ["--draw"] else json.load(sys.stdin)
for book in books:
    book["bound_solar"], book["best"] = answer(book)
print("[" + ",\n".join(json.dumps(book, separators=(",", ":")) for book in books) + "]", file=output)
