"""Reckons statements of Italian communities again, from docs/spec/cer.md alone, without any code of the project.

Makes its own statements by whole-number formulas (two substations, storage, spared points, new buildings, grants, a
group of one building, quarter hours and hours), reckons them in Fractions and prints them with what it found;
`--write` puts that into test/oracles/cer/cases.json, which src/rules/italy/oracle.test.ts compares line by line.

    python3 test/oracles/cer_check.py --write
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

NORTH = {"Lombardia", "Veneto", "Valle d'Aosta"}
CENTRE = {"Lazio", "Umbria"}
SPARED = {"local_authority", "religious", "third_sector", "environmental"}


def series(a, b, c, m, n):
    return [(a * i * i + b * i + c) % m for i in range(n)]


def largest_remainder(total, weights):
    """`weights`: list of (name, weight) in the order of names."""
    whole = sum(w for _, w in weights)
    if whole == 0:
        return {name: 0 for name, _ in weights}
    exact = {name: Fraction(total * w, whole) for name, w in weights}
    out = {name: x.numerator // x.denominator for name, x in exact.items()}
    left = total - sum(out.values())
    for name in sorted(exact, key=lambda n: (-(exact[n] - out[n]), n))[:left]:
        out[name] += 1
    return out


def area(region):
    return "north" if region in NORTH else "centre" if region in CENTRE else "south"


def correction(plant):
    if plant["kind"] != "photovoltaic":
        return 0
    return {"north": 10_000, "centre": 4_000, "south": 0}[area(plant["region"])]


def base_and_cap(plant):
    kw = plant["power_w"] / 1000
    return (80_000, 120_000) if kw <= 200 else (70_000, 110_000) if kw <= 600 else (60_000, 100_000)


def reduction(plant):
    return Fraction(plant.get("grant_per_million", 0) * 125 // 100, 1_000_000)


def reckon(st):
    per = 4 if st["slot"] == "quarter_hour" else 1
    n = len(st["plants"][0]["injected_wh"]) // per
    hourly = lambda values: [sum(values[h * per : (h + 1) * per]) for h in range(n)]
    prices = st["zonal_price"]["micro_eur_per_kwh"]
    if st["zonal_price"]["step"] == "quarter_hour":
        prices = [round(Fraction(sum(prices[4 * h : 4 * h + 4]), 4)) for h in range(n)]
    injected = {p["id"]: hourly(p["injected_wh"]) for p in st["plants"]}
    withdrawn = {}
    for p in st["points"]:
        stored = hourly(p["charged_wh"]) if "charged_wh" in p else [0] * n
        share = Fraction(p.get("efficiency_per_million", 1_000_000), 1_000_000)
        withdrawn[p["id"]] = [w + round(s * share) for w, s in zip(hourly(p["withdrawn_wh"]), stored)]
    given = {p["id"]: [] for p in st["plants"]}
    spared = {p["id"]: [] for p in st["plants"]}
    used = {p["id"]: 0 for p in st["points"]}
    shared = 0
    for h in range(n):
        for cabin in sorted({x["cabin"] for x in st["plants"] + st["points"]}):
            plants = [p for p in st["plants"] if p["cabin"] == cabin]
            points = sorted((p for p in st["points"] if p["cabin"] == cabin), key=lambda p: p["id"])
            w = [(p["id"], withdrawn[p["id"]][h]) for p in points]
            e = min(sum(injected[p["id"]][h] for p in plants), sum(x for _, x in w))
            shared += e
            for name, part in largest_remainder(e, w).items():
                used[name] += part
            holders = {p["id"]: p["holder"] for p in points}
            free = sum(x for name, x in w if holders[name] in SPARED)
            left = e
            for date in sorted({p["in_operation"] for p in plants}):
                group = sorted(p["id"] for p in plants if p["in_operation"] == date)
                take = min(left, sum(injected[i][h] for i in group))
                left -= take
                for name, part in largest_remainder(take, [(i, injected[i][h]) for i in group]).items():
                    given[name].append(part)
                    pair = [("0 ordinary", sum(x for _, x in w) - free), ("1 spared", free)]
                    spared[name].append(largest_remainder(part, pair)["1 spared"])
    lines = {}
    for p in st["plants"]:
        base, cap = base_and_cap(p)
        total = Fraction(0)
        for h in range(n):
            tip = min(cap, base + max(0, 180_000 - prices[h])) + correction(p)
            e, s = given[p["id"]][h], spared[p["id"]][h]
            total += Fraction(tip, 1000) * ((e - s) * (1 - reduction(p)) + s)
        if "new_building" in p:
            b = p["new_building"]
            must = b["footprint_m2"] * Fraction("0.0275" if b["public"] else "0.025")  # kW
            total *= max(Fraction(0), 1 - must / Fraction(p["power_w"], 1000))
        lines[f"tip: {p['id']}"] = round(total)
    lines["trase"] = round(Fraction(shared * st["arera"]["trase_micro_eur_per_kwh"], 1000))
    if st["kind"] == "group":
        lines["btau"] = round(Fraction(shared * st["arera"]["btau_micro_eur_per_kwh"], 1000))
        for p in st["plants"]:
            c = Fraction("0.012" if p.get("voltage") == "medium" else "0.026")
            value = sum(e * pz for e, pz in zip(given[p["id"]], prices))
            lines[f"losses: {p['id']}"] = max(0, round(c * Fraction(value, 1000)))
    advances = {}
    for p in st["plants"]:
        hours = p.get("yearly_hours")
        if hours is None and p["kind"] == "photovoltaic":
            hours = {"north": 900, "centre": 1050, "south": 1100}[area(p["region"])]
        if hours is not None:
            kwh = Fraction(p["power_w"], 1000) * hours / 12 * Fraction(6, 10)
            price = base_and_cap(p)[0] + 20_000 + correction(p)
            advances[p["id"]] = round(kwh * price * (1 - reduction(p)))
    return {"shared_wh": shared, "lines": lines, "advances": advances, "used_wh": used}


def plant(id, cabin, power_w, region, date, injected, kind="photovoltaic", **more):
    head = {"id": id, "cabin": cabin, "kind": kind, "power_w": power_w, "region": region, "in_operation": date}
    return {**head, **more, "injected_wh": injected}


def statement(kind, slot, n, prices, plants, points):
    return {
        "format": "contrada/cer-statement/1",
        "kind": kind,
        "month": "2026-06",
        "from": "2026-06-03T04:00Z",
        "slot": slot,
        "zonal_price": {"step": slot, "micro_eur_per_kwh": prices},
        "arera": {"trase_micro_eur_per_kwh": 8371, "btau_micro_eur_per_kwh": 593, "source": "a test"},
        "plants": plants,
        "points": points,
    }


def point(id, cabin, holder, withdrawn, **more):
    return {"id": id, "cabin": cabin, "holder": holder, **more, "withdrawn_wh": withdrawn}


def statements():
    n = 40
    yield statement(
        "community",
        "hour",
        n,
        [x - 20_001 for x in series(7, 9176, 5, 230_003, n)],
        [
            plant("elder", "B", 150_000, "Lombardia", "2024-02-01", series(3, 17, 1, 1501, n)),
            plant("built", "A", 620_000, "Lazio", "2024-09-01", series(1, 29, 8, 2503, n),
                  new_building={"footprint_m2": 3777, "public": True}),
            plant("aided", "A", 200_001, "Veneto", "2024-03-01", series(5, 3, 2, 1999, n), grant_per_million=333_333),
            plant("twin", "A", 90_000, "Puglia", "2024-09-01", series(2, 11, 4, 907, n)),
            plant("river", "B", 400_000, "Umbria", "2024-02-01", series(1, 7, 9, 611, n), kind="other",
                  yearly_hours=4100),
        ],
        [
            point("c", "A", "citizen", series(1, 31, 3, 1700, n)),
            point("a", "A", "local_authority", series(2, 5, 1, 999, n)),
            point("b", "A", "business", series(4, 1, 0, 1303, n), charged_wh=series(1, 2, 3, 301, n),
                  efficiency_per_million=871_234),
            point("d", "B", "third_sector", series(3, 8, 2, 801, n)),
            point("e", "B", "citizen", series(1, 1, 1, 1201, n)),
        ],
    )
    yield statement(
        "group",
        "quarter_hour",
        4 * n,
        series(11, 1009, 3, 190_001, 4 * n),
        [
            plant("roof", "A", 19_800, "Valle d'Aosta", "2025-05-05", series(3, 5, 0, 433, 4 * n)),
            plant("porch", "A", 6_000, "Lombardia", "2025-05-05", series(1, 3, 7, 97, 4 * n), voltage="medium",
                  new_building={"footprint_m2": 41, "public": False}, grant_per_million=400_000),
        ],
        [
            point("flat 1", "A", "citizen", series(1, 9, 2, 211, 4 * n)),
            point("flat 2", "A", "religious", series(2, 7, 1, 173, 4 * n)),
        ],
    )


cases = [{"statement": s, "expected": reckon(s)} for s in statements()]
found = json.dumps(cases, ensure_ascii=False) + "\n"
if "--write" in sys.argv:
    (Path(__file__).parent / "cer" / "cases.json").write_text(found)
else:
    print(found, end="")
