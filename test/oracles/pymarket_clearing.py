"""Clears the bids and asks of standard input with pymarket's huang and muda auctions; prints times and volumes."""

import json
import sys
import time

import numpy
import pymarket

book = json.load(sys.stdin)
market = pymarket.Market()
user = 0
for buying, rows in ((True, book["bids"]), (False, book["asks"])):
    for energy_wh, limit in rows:
        market.accept_bid(float(energy_wh), float(limit), user, buying)
        user += 1

answer = {}
for mechanism in ("huang", "muda"):
    began = time.perf_counter()
    transactions, _ = market.run(mechanism, *((numpy.random.RandomState(7),) if mechanism == "muda" else ()))
    answer[mechanism + "_ms"] = (time.perf_counter() - began) * 1000
    rows = transactions.get_df()
    bought = rows[rows["bid"].isin(range(len(book["bids"])))]["quantity"].sum()
    answer[mechanism + "_wh"] = round(float(bought))
print(json.dumps(answer))
