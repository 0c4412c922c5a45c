import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parseDay, parseInstant } from "#base/time.ts";
import { acos, cos, degrees, radians } from "#plant/elementary.ts";
import {
  airMass,
  clearSky,
  cosIncidence,
  haurwitzWm2,
  type Location,
  onPlaneWm2,
  planeOf,
  ROME_SITE,
  type SunPosition,
  sunPosition,
  sunTimes,
} from "#plant/sun.ts";

const SHARED = new URL("../../../shared/data/solar/", import.meta.url);

/** How far from SPA and pvlib the short theory may be. Position in degrees, light in W/m². */
const TOLERANCE = { positionDeg: 0.012, airMassShare: 0.004, lightWm2: 0.5, planeWm2: 0.4, haurwitzWm2: 0.3 };

interface LightCase {
  site: string;
  time: number;
  elevationDeg: number;
  apparentElevationDeg: number;
  azimuthDeg: number;
  airMass: number | null;
  extraterrestrialWm2: number;
  globalWm2: number;
  beamWm2: number;
  diffuseWm2: number;
  tiltDeg: number;
  planeAzimuthDeg: number;
  planeWm2: number;
}

test("the sun and its light are pvlib's, from Tromsø to Sydney", () => {
  const fixture = JSON.parse(readFileSync(new URL("./fixtures/pvlib.json", import.meta.url), "utf8"));
  const cases = fixture.light as LightCase[];
  assert.ok(cases.filter((c) => c.globalWm2 > 50).length > 40, "enough daylight in the cases");
  for (const c of cases) {
    const location = fixture.sites[c.site] as Location;
    const sun = sunPosition(location, c.time);
    const what = `${c.site} ${c.time}`;
    checkPosition(sun, c.elevationDeg, c.azimuthDeg, what);
    close(sun.extraterrestrialWm2, c.extraterrestrialWm2, 0.001, `${what} extraterrestrial`);
    const apparent = sun.apparentElevationRad;
    close(degrees(apparent), c.apparentElevationDeg, TOLERANCE.positionDeg, `${what} apparent elevation`);
    if (c.airMass !== null && c.elevationDeg > 0) {
      close(airMass(apparent, location) / c.airMass, 1, TOLERANCE.airMassShare, `${what} air mass`);
    }
    const light = clearSky(sun, location, fixture.turbidity);
    close(light.globalWm2, c.globalWm2, TOLERANCE.lightWm2, `${what} global`);
    close(light.beamWm2, c.beamWm2, TOLERANCE.lightWm2, `${what} beam`);
    close(light.diffuseWm2, c.diffuseWm2, TOLERANCE.lightWm2, `${what} diffuse`);
    const plane = planeOf(c.tiltDeg, c.planeAzimuthDeg);
    close(onPlaneWm2(sun, light, plane), c.planeWm2, TOLERANCE.planeWm2, `${what} plane`);
  }
});

test("the reference values of two cities are met within the tolerances stated", (t) => {
  const rows = sharedRows("solar_reference_dev.csv");
  if (rows === undefined) return t.skip("shared data absent: solar_reference_dev.csv");
  assert.equal(rows.length, 500);
  const south30 = planeOf(30, 180);
  for (const row of rows) {
    const [site, latitude, longitude, altitude, utc] = row as [string, string, string, string, string];
    const n = row.map(Number);
    const location = { latitudeDeg: +latitude, longitudeDeg: +longitude, altitudeM: +altitude };
    const sun = sunPosition(location, parseInstant(utc)!);
    const what = `${site} ${utc}`;
    checkPosition(sun, n[5]!, n[7]!, what);
    const apparent = sun.apparentElevationRad;
    close(degrees(apparent), n[6]!, TOLERANCE.positionDeg, `${what} apparent elevation`);
    close(sun.equationOfTimeMin, n[8]!, 0.05, `${what} equation of time`);
    if (row[9] !== "")
      close(airMass(apparent, location) / n[9]!, 1, TOLERANCE.airMassShare, `${what} air mass`);
    close(sun.extraterrestrialWm2, n[10]!, 0.001, `${what} extraterrestrial`);
    const light = clearSky(sun, location, 3);
    close(light.globalWm2, n[11]!, TOLERANCE.lightWm2, `${what} global`);
    close(light.beamWm2, n[12]!, TOLERANCE.lightWm2, `${what} beam`);
    close(light.diffuseWm2, n[13]!, TOLERANCE.lightWm2, `${what} diffuse`);
    close(haurwitzWm2(apparent), n[14]!, TOLERANCE.haurwitzWm2, `${what} Haurwitz`);
    const incidence = degrees(acos(cosIncidence(sun, south30)));
    close(incidence, n[15]!, TOLERANCE.positionDeg, `${what} incidence`);
    close(onPlaneWm2(sun, light, south30), n[16]!, TOLERANCE.planeWm2, `${what} plane`);
  }
});

test("clear days add up to the reference's kilowatt-hours on every plane", (t) => {
  const rows = sharedRows("clearsky_daily_dev.csv");
  if (rows === undefined) return t.skip("shared data absent: clearsky_daily_dev.csv");
  const planes = [planeOf(0, 180), planeOf(30, 180), planeOf(30, 90), planeOf(30, 270), planeOf(90, 180)];
  for (const row of rows) {
    const location = { latitudeDeg: +row[1]!, longitudeDeg: +row[2]!, altitudeM: +row[3]! };
    const start = parseInstant(row[5]!)!;
    const sums = [0, 0, 0, 0, 0, 0];
    for (let minute = 0; minute < 1440; minute++) {
      const sun = sunPosition(location, start + minute * 60 + 30);
      const light = clearSky(sun, location, 3);
      sums[0]! += light.globalWm2 / 60_000;
      planes.forEach((plane, i) => {
        sums[i + 1]! += onPlaneWm2(sun, light, plane) / 60_000;
      });
    }
    sums.forEach((sum, i) => {
      close(sum / Number(row[6 + i]), 1, 0.001, `${row[4]} column ${6 + i}`);
    });
  }
});

test("sunrise, transit and sunset are right to a few seconds", (t) => {
  const rows = sharedRows("sunrise_sunset_dev.csv");
  if (rows === undefined) return t.skip("shared data absent: sunrise_sunset_dev.csv");
  for (const row of rows) {
    const location = { latitudeDeg: +row[1]!, longitudeDeg: +row[2]!, altitudeM: 0 };
    const times = sunTimes(location, parseDay(row[3]!)!)!;
    close(times.sunrise, parseInstant(row[4]!)!, 10, `${row[3]} sunrise`);
    close(times.transit, parseInstant(row[5]!)!, 10, `${row[3]} transit`);
    close(times.sunset, parseInstant(row[6]!)!, 10, `${row[3]} sunset`);
  }
});

test("beyond the polar circle the midsummer sun neither rises nor sets", () => {
  const tromso = { latitudeDeg: 69.6492, longitudeDeg: 18.9553, altitudeM: 10 };
  assert.equal(sunTimes(tromso, parseDay("2026-06-21")!), undefined);
  assert.equal(sunTimes(tromso, parseDay("2026-12-21")!), undefined);
  assert.notEqual(sunTimes(tromso, parseDay("2026-03-20")!), undefined);
});

test("night is dark on every plane", () => {
  const midnight = sunPosition(ROME_SITE, parseInstant("2026-06-20T23:10Z")!);
  const light = clearSky(midnight, ROME_SITE, 3);
  assert.deepEqual(light, { globalWm2: 0, beamWm2: 0, diffuseWm2: 0 });
  assert.equal(onPlaneWm2(midnight, light, planeOf(90, 0)), 0);
});

function checkPosition(sun: SunPosition, elevationDeg: number, azimuthDeg: number, what: string): void {
  close(degrees(sun.elevationRad), elevationDeg, TOLERANCE.positionDeg, `${what} elevation`);
  const turned = degrees(sun.azimuthRad) - azimuthDeg;
  const along = (turned - 360 * Math.round(turned / 360)) * cos(radians(elevationDeg));
  close(along, 0, TOLERANCE.positionDeg, `${what} azimuth`);
  close(sun.east ** 2 + sun.north ** 2 + sun.up ** 2, 1, 1e-12, `${what} unit vector`);
}

function sharedRows(name: string): string[][] | undefined {
  const file = new URL(name, SHARED);
  if (!existsSync(file)) {
    assert.notEqual(process.env.CONTRADA_REQUIRE, "all", `shared data absent: ${name}`);
    return undefined;
  }
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
}

function close(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}
