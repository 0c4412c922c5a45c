"""The auction as a linear programme, solved by HiGHS (PyPI `highspy`): the counterpart of `src/market/auction`.

maximise  sum limit * bought - sum limit * sold   [nEUR]
subject to  sum bought = sum sold,  0 <= each <= its order,  a feeder's bought and sold within its limits

A second programme finds the most energy among the solutions of that value: a trade between equal limits is worth
nothing and still is to happen.

Reads a list of books from standard input, or with --draw N makes N of its own from a seed (Python's Mersenne
Twister), and prints the same books with "welfare" and "volume". src/market/auction/fixtures/lp.json was made by

    python3 test/oracles/auction_lp.py --draw 200 > src/market/auction/fixtures/lp.json
"""

import json
import os
import random
import sys

import highspy

# The solver greets on standard output whatever it is told; what is printed here goes to the real one.
output = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def solved(rows, costs, uppers, bounds):
    """Minimises costs over 0 <= x <= uppers, with rows of coefficients within bounds; returns the value."""
    lp = highspy.Highs()
    lp.setOptionValue("output_flag", False)
    for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        lp.setOptionValue(option, 1e-10)
    for cost, upper in zip(costs, uppers):
        lp.addCol(cost, 0.0, upper, 0, [], [])
    for row, (low, high) in zip(rows, bounds):
        chosen = [i for i, value in enumerate(row) if value != 0]
        lp.addRow(low, high, len(chosen), chosen, [row[i] for i in chosen])
    lp.run()
    assert lp.getModelStatus() == highspy.HighsModelStatus.kOptimal, lp.getModelStatus()
    return lp.getInfo().objective_function_value


def answer(book):
    bids, asks = book["bids"], book["asks"]
    count = len(bids) + len(asks)
    balance = [1.0] * len(bids) + [-1.0] * len(asks)
    limits = [float(limit) for _, limit in bids] + [-float(limit) for _, limit in asks]
    uppers = [float(energy) for energy, _ in bids + asks]
    rows, bounds = [balance], [(0.0, 0.0)]
    for feeder in book.get("feeders", []):
        row = [0.0] * count
        for i in feeder["bids"]:
            row[i] = 1.0
        rows.append(row)
        bounds.append((0.0, float(feeder["buys_at_most_wh"])))
        row = [0.0] * count
        for i in feeder["asks"]:
            row[len(bids) + i] = 1.0
        rows.append(row)
        bounds.append((0.0, float(feeder["sells_at_most_wh"])))
    if count == 0:
        return 0, 0
    welfare = round(-solved(rows, [-limit for limit in limits], uppers, bounds))
    # The most energy among solutions of that welfare.
    bought = [-1.0] * len(bids) + [0.0] * len(asks)
    volume = round(-solved(rows + [limits], bought, uppers, bounds + [(welfare - 0.25, highspy.kHighsInf)]))
    return welfare, volume


def drawn(number):
    chance = random.Random(f"auction {number}")
    kind = number % 3

    def row():
        if kind == 0:
            return [chance.randint(1, 12), 100_000 + 10_000 * chance.randint(0, 4)]
        if kind == 1:
            return [chance.randint(1, 3_000), chance.randint(80_000, 300_000)]
        return [chance.randint(1, 500), chance.randint(-400_000, 400_000)]

    book = {"bids": [row() for _ in range(chance.randint(0, 14))], "asks": [row() for _ in range(chance.randint(0, 14))]}
    if number % 2 == 1:
        feeders = []
        for feeder in range(2):
            one = {side: [i for i in range(len(book[side])) if i % 3 == feeder] for side in ("bids", "asks")}
            for side, name in (("bids", "buys_at_most_wh"), ("asks", "sells_at_most_wh")):
                one[name] = chance.randint(0, 1 + sum(book[side][i][0] for i in one[side]))
            feeders.append(one)
        book["feeders"] = feeders
    return book


if sys.argv[1:2] == ["--draw"]:
    books = [drawn(number) for number in range(int(sys.argv[2]))]
else:
    books = json.load(sys.stdin)
for book in books:
    book["welfare"], book["volume"] = answer(book)
print("[" + ",\n".join(json.dumps(book, separators=(",", ":")) for book in books) + "]", file=output)
