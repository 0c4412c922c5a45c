"""Makes src/plant/fixtures/pvlib.json: what pvlib says for inputs of our own.

An independent counterpart for src/plant: sun position (SPA), air mass, clear sky (Ineichen), tilted planes
(Hay-Davies), cell temperature (Faiman), direct current and inverter (PVWatts). The inputs are chosen here; no
value comes from any data set. Run it only to change the cases:

    python3 -m venv /tmp/pvlib && /tmp/pvlib/bin/pip install pvlib==0.16.0
    /tmp/pvlib/bin/python test/oracles/pvlib_sun.py > src/plant/fixtures/pvlib.json
"""

import json
import sys

import pandas as pd
import pvlib

SITES = {
    "bolzano": (46.4983, 11.3548, 262),
    "palermo": (38.1157, 13.3615, 14),
    "tromso": (69.6492, 18.9553, 10),
    "quito": (-0.1807, -78.4678, 2850),
    "sydney": (-33.8688, 151.2093, 58),
}
# Four times of day in solstices, equinoxes and between, at odd minutes.
DAYS = ["2024-02-29", "2026-03-20", "2026-06-21", "2027-08-11", "2029-10-28", "2031-12-22"]
MINUTES = [17, 431, 725, 1013]
PLANES = [(0, 180), (30, 180), (20, 90), (35, 270), (90, 180), (15, 0)]
TURBIDITY = 3.4


def number(value, digits):
    return None if pd.isna(value) else round(float(value), digits)


def light():
    cases = []
    for site, (latitude, longitude, altitude) in SITES.items():
        pressure = pvlib.atmosphere.alt2pres(altitude)
        for i, day in enumerate(DAYS):
            times = pd.DatetimeIndex(
                [pd.Timestamp(day, tz="UTC") + pd.Timedelta(minutes=m + 3 * i) for m in MINUTES]
            )
            sun = pvlib.solarposition.spa_python(
                times, latitude, longitude, altitude, pressure=pressure, temperature=12, delta_t=69
            )
            extra = pvlib.irradiance.get_extra_radiation(times, method="spencer")
            mass = pvlib.atmosphere.get_absolute_airmass(
                pvlib.atmosphere.get_relative_airmass(sun["apparent_zenith"]), pressure
            )
            clear = pvlib.clearsky.ineichen(
                sun["apparent_zenith"], mass, TURBIDITY, altitude=altitude, dni_extra=extra
            )
            for t, time in enumerate(times):
                row = sun.iloc[t]
                sky = clear.iloc[t]
                tilt, azimuth = PLANES[(t + i) % len(PLANES)]
                plane = pvlib.irradiance.get_total_irradiance(
                    tilt, azimuth, row["apparent_zenith"], row["azimuth"], sky["dni"], sky["ghi"], sky["dhi"],
                    dni_extra=float(extra.iloc[t]), albedo=0.2, model="haydavies",
                )
                cases.append({
                    "site": site,
                    "time": int(time.timestamp()),
                    "elevationDeg": number(row["elevation"], 5),
                    "apparentElevationDeg": number(row["apparent_elevation"], 5),
                    "azimuthDeg": number(row["azimuth"], 5),
                    "airMass": number(mass.iloc[t], 5),
                    "extraterrestrialWm2": number(extra.iloc[t], 3),
                    "globalWm2": number(sky["ghi"], 3),
                    "beamWm2": number(sky["dni"], 3),
                    "diffuseWm2": number(sky["dhi"], 3),
                    "tiltDeg": tilt,
                    "planeAzimuthDeg": azimuth,
                    "planeWm2": number(plane["poa_global"], 3),
                })
    return cases


def panels():
    cases = []
    for irradiance, air in [(0, 5), (37, -8), (120, 31), (300, 12), (555, 24), (820, 35), (1000, 25), (1150, 3)]:
        cell = pvlib.temperature.faiman(irradiance, air, wind_speed=1.0, u0=25.0, u1=6.84)
        dc = pvlib.pvsystem.pvwatts_dc(irradiance, cell, 5200, -0.0035) * (1 - 0.1)
        cases.append({
            "planeWm2": irradiance, "airC": air, "cellC": number(cell, 6),
            "dcW": number(dc, 6), "acW": number(pvlib.inverter.pvwatts(dc, 4600 / 0.96, 0.96), 6),
        })
    return cases


def lines(rows):
    return "[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n ]"


whole = {
    "madeWith": f"pvlib {pvlib.__version__}",
    "turbidity": TURBIDITY,
    "sites": {name: {"latitudeDeg": a, "longitudeDeg": b, "altitudeM": c} for name, (a, b, c) in SITES.items()},
    "panel": {"peakW": 5200, "temperatureCoefficient": -0.0035, "lossShare": 0.1},
    "inverter": {"ratedW": 4600, "nominalEfficiency": 0.96},
}
fields = [f' "{name}": {json.dumps(value)}' for name, value in whole.items()]
fields += [f' "light": {lines(light())}', f' "panels": {lines(panels())}']
sys.stdout.write("{\n" + ",\n".join(fields) + "\n}\n")
