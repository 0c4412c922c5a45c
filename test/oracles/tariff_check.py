"""Reckons the bills of cases.json again, from docs/spec/tariffs.md alone, without any code of the project.

Fractions instead of scaled integers, the zones of the system instead of our calendar, Easter from a table. Prints
one JSON object of case -> lines -> micro-euro; `--write` puts it into test/oracles/tariffs/expected.json, which
src/tariff/bill.test.ts compares with the project's own bills, line by line.

    python3 test/oracles/tariff_check.py --write
"""

import calendar
import json
import sys
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
TARIFFS = HERE / ".." / ".." / "src" / "tariff" / "examples"
EASTER = {2026: (4, 5), 2027: (3, 28)}
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LEVELS = ["feeder", "transformer", "beyond"]


def half_even(x: Fraction) -> int:
    return round(x)  # Python rounds a Fraction half to even


def series(spec, count):
    a, b, c, m, d = spec
    return [((a * i * i + b * i + c) % m) + d for i in range(count)]


def instant(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=timezone.utc)


def kind_of_day(local, holidays):
    if holidays == "italy":
        fixed = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}
        monday = datetime(local.year, *EASTER[local.year]) + timedelta(days=1)
        if (local.month, local.day) in fixed or (local.month, local.day) == (monday.month, monday.day):
            return "holiday"
    elif local.strftime("%Y-%m-%d") in (holidays or []):
        return "holiday"
    return WEEK[local.weekday()]


def band_at(bands, local, holidays):
    now = local.strftime("%H:%M")
    for band in bands:
        if "when" not in band:
            return band
        for w in band["when"]:
            if kind_of_day(local, holidays) in w["days"] and w["from"] <= now < w["to"]:
                return band


def index_at(index, per, when, zone):
    """Mean of the values in the hour or civil month of `when`."""
    if index["step"] == "month":
        return index["months"][when.astimezone(zone).strftime("%Y-%m")]
    step = timedelta(minutes=15 if index["step"] == "quarter_hour" else 60)
    begin = instant(index["start"])
    if per == "month":
        if "means" not in index:
            sums = {}
            for i, value in enumerate(series(index["values"], index["count"])):
                sums.setdefault((begin + i * step).astimezone(zone).strftime("%Y-%m"), []).append(value)
            index["means"] = {m: half_even(Fraction(sum(v), len(v))) for m, v in sums.items()}
        return index["means"][when.astimezone(zone).strftime("%Y-%m")]
    values = index.setdefault("list", series(index["values"], index["count"]))
    if per == "hour":
        when = when.replace(minute=0)
        span = [when + i * step for i in range(timedelta(hours=1) // step)]
    else:
        span = [when]
    found = [values[(t - begin) // step] for t in span if 0 <= (t - begin) // step < len(values)]
    return half_even(Fraction(sum(found), len(found)))


def bill(case):
    tariff = json.loads((TARIFFS / f"{case['tariff']}.json").read_text())
    zone = ZoneInfo(tariff["zone"])
    holidays = tariff.get("holidays")
    begin = instant(case["start"])
    times = [begin + timedelta(minutes=15) * i for i in range(case["slots"])]
    locals_ = [t.astimezone(zone) for t in times]
    supplied = series(case["supplied"], case["slots"])
    exported = series(case["exported"], case["slots"])
    shared = {level: series(spec, case["slots"]) for level, spec in case["shared"].items()}
    days = sorted({t.strftime("%Y-%m-%d") for t in locals_})
    lines = {}

    def add(component, label, source, amount):
        sign = -1 if component["direction"] == "export" else 1
        lines[f"{component['id']} | {label} | {source}"] = sign * half_even(amount)

    def spans(length):
        out = {}
        for day in days:
            out.setdefault(day[:length], []).append(day)
        for label, members in out.items():
            year = int(label[:4])
            whole = (
                calendar.monthrange(year, int(label[5:7]))[1] if length == 7 else 365 + calendar.isleap(year)
            )
            yield label, Fraction(len(members), whole)

    for component in tariff["components"]:
        price = component["price"]
        kind = price["kind"]
        if component["direction"] == "export":
            streams = [("export", exported, Fraction(1))]
        else:
            usual = 0 if component["part"] == "energy" else 1_000_000
            part = component.get("on_shared_per_million", {level: usual for level in LEVELS})
            streams = [("supplier", supplied, Fraction(1))] + [
                (level, shared[level], Fraction(part[level], 1_000_000))
                for level in LEVELS
                if level in shared and part[level] > 0
            ]
        if kind in ("flat", "bands", "index"):
            for source, energy, share in streams:
                sums = {}
                for when, local, wh in zip(times, locals_, energy):
                    if kind == "flat":
                        label, each = "all hours", Fraction(price["micro_eur_per_kwh"])
                    elif kind == "bands":
                        band = band_at(price["bands"], local, holidays)
                        label, each = band["name"], Fraction(band["micro_eur_per_kwh"])
                    else:
                        label = price["index"]
                        index = index_at(case["indices"][label], price["per"], when, zone)
                        each = index * Fraction(price.get("factor_per_million", 1_000_000), 1_000_000)
                        each += price.get("spread_micro_eur_per_kwh", 0)
                        each = max(each, price.get("floor_micro_eur_per_kwh", each))
                        each = min(each, price.get("cap_micro_eur_per_kwh", each))
                    if wh:
                        sums[label] = sums.get(label, Fraction(0)) + wh * each / 1000
                for label, amount in sums.items():
                    add(component, label, source, amount * share)
        elif kind == "tiers":
            sums, counted = {}, {}
            for i, local in enumerate(locals_):
                month = local.strftime("%Y-%m")
                for source, energy, share in streams:
                    left = energy[i]
                    while left:
                        done = counted.get(month, 0)
                        tier = next(t for t in price["tiers"] if done < t.get("up_to_wh", done + 1))
                        part = min(left, tier.get("up_to_wh", done + left) - done)
                        left, counted[month] = left - part, done + part
                        end = f"up to {tier['up_to_wh']} Wh" if "up_to_wh" in tier else "beyond"
                        key = (f"{month}, {end}", source)
                        sums.setdefault(key, [0, Fraction(tier["micro_eur_per_kwh"], 1000) * share])[0] += part
            for (label, source), (wh, each) in sums.items():
                add(component, label, source, wh * each)
        elif kind == "standing" and price["per"] == "day":
            add(component, f"{len(days)} days", "fixed", Fraction(price["micro_eur"] * len(days)))
        elif kind == "standing":
            for label, share in spans(7 if price["per"] == "month" else 4):
                source = "export" if component["direction"] == "export" else "fixed"
                add(component, label, source, price["micro_eur"] * share)
        elif kind == "capacity":
            for label, share in spans(7):
                watts = case["contracted_power_w"]
                if price["basis"] == "peak":
                    watts = 4 * max(
                        supplied[i] + sum(energy[i] for energy in shared.values())
                        for i, local in enumerate(locals_)
                        if local.strftime("%Y-%m") == label
                    )
                add(component, label, "fixed", Fraction(price["micro_eur_per_kw_month"] * watts, 1000) * share)
    rates = {c["id"]: c.get("vat_per_million", 0) for c in tariff["components"]}
    for rate in sorted({r for r in rates.values() if r}):
        base = sum(v for k, v in lines.items() if rates[k.split(" | ")[0]] == rate)
        lines[f"vat | {rate} millionths | vat"] = half_even(Fraction(base * rate, 1_000_000))
    return lines


cases = json.loads((HERE / "tariffs" / "cases.json").read_text())["cases"]
found = json.dumps({case["name"]: bill(case) for case in cases}, indent=2, ensure_ascii=False) + "\n"
if "--write" in sys.argv:
    (HERE / "tariffs" / "expected.json").write_text(found)
else:
    print(found, end="")
