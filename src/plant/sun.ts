/**
 * Where the sun stands and what a clear sky sends down.
 *
 * Position: the low-precision theory of Meeus, "Astronomical Algorithms", chapters 12, 22 and 25 (mean orbit,
 * equation of the centre, largest term of nutation, sidereal time): about 0.01° from 1950 to 2050. Refraction and the air mass that light
 * crosses: Reda and Andreas (SPA, eq. 42) and Kasten and Young 1989. Extraterrestrial irradiance: Spencer
 * 1971. Clear sky: Ineichen and Perez 2002 with Linke turbidity, and Haurwitz 1945 for comparison. Tilted
 * planes: Hay and Davies 1980, ground reflection isotropic.
 *
 * Directions are unit vectors (east, north, up); azimuth runs clockwise from north. Irradiance in W/m².
 * Left out: horizon and shading, the moon, years far away. The line rating of `grid` follows its own
 * standard's sun and not this one.
 */
import { civilDate, dayNumber, type UnixSeconds } from "#base/time.ts";
import { asin, atan2, cos, degrees, exp, power, radians, sin, tan } from "#plant/elementary.ts";

export interface Location {
  readonly latitudeDeg: number;
  /** East of Greenwich positive. */
  readonly longitudeDeg: number;
  readonly altitudeM: number;
}

export const ROME_SITE: Location = { latitudeDeg: 41.9028, longitudeDeg: 12.4964, altitudeM: 21 };

export interface SunPosition {
  /** Unit vector to where the sun is seen, that is with refraction. */
  readonly east: number;
  readonly north: number;
  readonly up: number;
  /** True elevation above the horizon. */
  readonly elevationRad: number;
  /** Elevation raised by refraction, at 12 °C and the location's standard pressure. */
  readonly apparentElevationRad: number;
  /** Clockwise from north, 0 to 2π. */
  readonly azimuthRad: number;
  /** Apparent solar time minus mean solar time. */
  readonly equationOfTimeMin: number;
  /** On a plane that faces the sun outside the atmosphere, W/m². */
  readonly extraterrestrialWm2: number;
}

/** What reaches the ground. `globalWm2` = `diffuseWm2` + `beamWm2` × sine of the sun's elevation. */
export interface Irradiance {
  /** On a horizontal plane. */
  readonly globalWm2: number;
  /** On a plane that faces the sun. */
  readonly beamWm2: number;
  /** From the sky, on a horizontal plane. */
  readonly diffuseWm2: number;
}

/** A plane by its normal, made by `planeOf`. */
export interface Plane {
  readonly east: number;
  readonly north: number;
  readonly up: number;
}

const DAY_S = 86_400;
/** 2000-01-01T12:00:00Z. */
const J2000_S = 946_728_000;
/** Terrestrial minus universal time in our years; a change of a minute moves the sun by 0.0007°. */
const DELTA_T_S = 69;

/** The sun at an instant (fractions of a second allowed). */
export function sunPosition(location: Location, instant: number): SunPosition {
  const days = (instant - J2000_S) / DAY_S;
  const centuries = (days + DELTA_T_S / DAY_S) / 36_525;
  const meanLongitude = radians(within360(280.46646 + centuries * (36_000.76983 + centuries * 0.0003032)));
  const meanAnomaly = radians(within360(357.52911 + centuries * (35_999.05029 - centuries * 0.0001537)));
  const centre = radians(
    sin(meanAnomaly) * (1.914602 - centuries * (0.004817 + centuries * 0.000014)) +
      sin(2 * meanAnomaly) * (0.019993 - centuries * 0.000101) +
      sin(3 * meanAnomaly) * 0.000289,
  );
  const node = radians(within360(125.04 - 1934.136 * centuries));
  // The largest term of nutation, in longitude and in obliquity; aberration.
  const nutation = radians(-0.00478) * sin(node);
  const longitude = meanLongitude + centre + nutation - radians(0.00569);
  const obliquity = radians(23.43929111 - centuries * 0.013004167 + 0.00256 * cos(node));
  const cosObliquity = cos(obliquity);
  const sinLongitude = sin(longitude);
  const rightAscension = atan2(cosObliquity * sinLongitude, cos(longitude));
  const sinDeclination = sin(obliquity) * sinLongitude;
  const cosDeclination = Math.sqrt(1 - sinDeclination * sinDeclination);
  const sidereal = radians(within360(280.46061837 + 360.98564736629 * days)) + nutation * cosObliquity;
  const hourAngle = sidereal + radians(location.longitudeDeg) - rightAscension;

  const sinLatitude = sin(radians(location.latitudeDeg));
  const cosLatitude = cos(radians(location.latitudeDeg));
  const cosHour = cos(hourAngle);
  const east = -cosDeclination * sin(hourAngle);
  const north = cosLatitude * sinDeclination - sinLatitude * cosDeclination * cosHour;
  const up = sinLatitude * sinDeclination + cosLatitude * cosDeclination * cosHour;
  const elevation = asin(Math.max(-1, Math.min(1, up)));
  const apparent = refractedRad(elevation, location);
  const level = Math.sqrt(east * east + north * north);
  const stretch = level > 0 ? cos(apparent) / level : 0;
  const azimuth = atan2(east, north);
  return {
    east: east * stretch,
    north: north * stretch,
    up: sin(apparent),
    elevationRad: elevation,
    apparentElevationRad: apparent,
    azimuthRad: azimuth < 0 ? azimuth + 2 * Math.PI : azimuth,
    equationOfTimeMin:
      4 * within180(degrees(meanLongitude + nutation * cosObliquity - rightAscension) - 0.00572),
    extraterrestrialWm2: extraterrestrial(instant),
  };
}

/** Normal to a plane tilted from the horizontal toward an azimuth (clockwise from north: 180 faces south). */
export function planeOf(tiltDeg: number, azimuthDeg: number): Plane {
  const tilt = radians(tiltDeg);
  const azimuth = radians(azimuthDeg);
  return { east: sin(tilt) * sin(azimuth), north: sin(tilt) * cos(azimuth), up: cos(tilt) };
}

/** Cosine of the angle between the sun's rays and a plane's normal; negative from behind. */
export function cosIncidence(sun: SunPosition, plane: Plane): number {
  return sun.east * plane.east + sun.north * plane.north + sun.up * plane.up;
}

/** Absolute air mass at an apparent elevation, 1 at the zenith and sea level; infinite below the horizon. */
export function airMass(apparentElevationRad: number, location: Location): number {
  const elevationDeg = degrees(apparentElevationRad);
  if (elevationDeg < 0) return Number.POSITIVE_INFINITY;
  const relative = 1 / (sin(apparentElevationRad) + 0.50572 * power(6.07995 + elevationDeg, -1.6364));
  return (relative * pressureHpa(location)) / 1013.25;
}

/**
 * Ineichen and Perez's clear sky for a Linke turbidity (3 is an ordinary European day, 2 very clear, 5 hazy).
 * Nothing where the sun is below the horizon.
 */
export function clearSky(sun: SunPosition, location: Location, linkeTurbidity: number): Irradiance {
  const apparent = sun.apparentElevationRad;
  if (apparent <= 0) return DARK;
  const sinElevation = sun.up;
  const mass = airMass(apparent, location);
  const f1 = exp(-location.altitudeM / 8000);
  const f2 = exp(-location.altitudeM / 1250);
  const a1 = 5.09e-5 * location.altitudeM + 0.868;
  const a2 = 3.92e-5 * location.altitudeM + 0.0387;
  const outside = sun.extraterrestrialWm2;
  const globalWm2 = a1 * outside * sinElevation * exp(-a2 * mass * (f1 + f2 * (linkeTurbidity - 1)));
  const direct = outside * (0.664 + 0.163 / f1) * exp(-0.09 * mass * (linkeTurbidity - 1));
  const bound = (globalWm2 * (1 - (0.1 - 0.2 * exp(-linkeTurbidity)) / (0.1 + 0.882 / f1))) / sinElevation;
  const beamWm2 = Math.max(0, Math.min(direct, bound));
  return { globalWm2, beamWm2, diffuseWm2: globalWm2 - beamWm2 * sinElevation };
}

/** Haurwitz's clear-sky global horizontal irradiance at an apparent elevation, W/m². */
export function haurwitzWm2(apparentElevationRad: number): number {
  const s = sin(apparentElevationRad);
  return s <= 0 ? 0 : 1098 * s * exp(-0.059 / s);
}

/**
 * Irradiance on a tilted plane, W/m²: beam, the sky of Hay and Davies (circumsolar light comes with the beam,
 * the rest evenly), and the share `albedo` of what the ground receives.
 */
export function onPlaneWm2(sun: SunPosition, light: Irradiance, plane: Plane, albedo = 0.2): number {
  const facing = Math.max(0, cosIncidence(sun, plane));
  const circumsolar = light.beamWm2 / sun.extraterrestrialWm2;
  const ratio = facing / Math.max(sun.up, COS_89_DEG);
  const sky = light.diffuseWm2 * (circumsolar * ratio + (1 - circumsolar) * 0.5 * (1 + plane.up));
  const ground = light.globalWm2 * albedo * 0.5 * (1 - plane.up);
  return light.beamWm2 * facing + sky + ground;
}

/** Sunrise and sunset by the centre at −0.8333° (refraction and half the disc), and the transit between them. */
export interface SunTimes {
  readonly sunrise: UnixSeconds;
  readonly transit: UnixSeconds;
  readonly sunset: UnixSeconds;
}

/** Of the solar day around the location's noon of a UTC day; `undefined` in polar day and night. To about 10 s. */
export function sunTimes(location: Location, utcDay: number): SunTimes | undefined {
  const meanNoon = utcDay * DAY_S + DAY_S / 2 - location.longitudeDeg * 240;
  const transit = meanNoon - 60 * sunPosition(location, meanNoon).equationOfTimeMin;
  const horizon = radians(-0.8333);
  const height = (instant: number) => sunPosition(location, instant).elevationRad - horizon;
  if (height(transit) <= 0 || height(transit - DAY_S / 2) >= 0 || height(transit + DAY_S / 2) >= 0) {
    return undefined;
  }
  const crossing = (below: number, above: number): number => {
    let [low, high] = [below, above];
    while (Math.abs(high - low) > 0.5) {
      const middle = (low + high) / 2;
      if (height(middle) < 0) low = middle;
      else high = middle;
    }
    return Math.round((low + high) / 2);
  };
  return {
    sunrise: crossing(transit - DAY_S / 2, transit),
    transit: Math.round(transit),
    sunset: crossing(transit + DAY_S / 2, transit),
  };
}

const DARK: Irradiance = { globalWm2: 0, beamWm2: 0, diffuseWm2: 0 };
const COS_89_DEG = 0.01745;

/** Below the horizon by more than the disc's radius there is nothing to bend. */
function refractedRad(elevationRad: number, location: Location): number {
  const elevationDeg = degrees(elevationRad);
  if (elevationDeg < -(0.26667 + 0.5667)) return elevationRad;
  const bendDeg =
    ((pressureHpa(location) / 1010) * (283 / (273 + 12)) * 1.02) /
    (60 * tan(radians(elevationDeg + 10.3 / (elevationDeg + 5.11))));
  return radians(elevationDeg + bendDeg);
}

function extraterrestrial(instant: number): number {
  const day = Math.floor(instant / DAY_S);
  const { year } = civilDate(day);
  const angle = (2 * Math.PI * (day - dayNumber({ year, month: 1, day: 1 }))) / 365;
  return (
    1366.1 *
    (1.00011 +
      0.034221 * cos(angle) +
      0.00128 * sin(angle) +
      0.000719 * cos(2 * angle) +
      0.000077 * sin(2 * angle))
  );
}

/** Standard atmosphere. */
function pressureHpa(location: Location): number {
  return power((44_331.514 - location.altitudeM) / 11_880.516, 1 / 0.1902632);
}

function within360(angleDeg: number): number {
  return angleDeg - 360 * Math.floor(angleDeg / 360);
}

function within180(angleDeg: number): number {
  return angleDeg - 360 * Math.round(angleDeg / 360);
}
