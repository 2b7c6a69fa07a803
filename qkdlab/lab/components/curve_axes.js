import { fill } from "./common.js";

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raise = (power) => `10${[...String(power)].map((sign) => RAISED[sign] ?? "⁻").join("")}`;

// Where lines of a grid stand: at most so many, at round numbers.
export function ticks(axis, wanted, wantedOfLog) {
  return axis.scale === "log" ? logTicks(axis.low, axis.high, wantedOfLog) : linearTicks(axis.low, axis.high, wanted);
}

function linearTicks(low, high, wanted) {
  const rough = (high - low) / wanted;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * ten).find((size) => size >= 0.999 * rough);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

function logTicks(low, high, wanted) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first) / wanted));
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => 10 ** (last - i * step));
}

// From a value to its place between `start` and `stop`; what is far outside stays near.
export function scale(axis, start, stop) {
  const bend = axis.scale === "log" ? Math.log10 : (value) => value;
  const [low, high] = [bend(axis.low), bend(axis.high)];
  return (value) => {
    const share = axis.scale === "log" && value <= 0 ? -1 : (bend(value) - low) / (high - low);
    return start + (stop - start) * Math.min(9, Math.max(-9, share));
  };
}

// A number as it is read on an axis: in per cent, plain, or as a power of ten.
export function numberFormat(words) {
  const formats = new Map();

  function digits(count) {
    const format = formats.get(count) ?? new Intl.NumberFormat(words.locale, { maximumSignificantDigits: count });
    formats.set(count, format);
    return format;
  }

  return function number(value, axis, count = 3) {
    if (value == null) return words.gap;
    if (axis.unit === "percent") return fill(words.percent, { value: digits(count).format(100 * value) });
    const power = value ? Math.floor(Math.log10(Math.abs(value)) + 1e-9) : 0;
    if (power > -4 && power < 6) return digits(Math.max(count, power + 1)).format(value);
    const factor = digits(count).format(value / 10 ** power);
    return factor === "1" ? raise(power) : `${factor} × ${raise(power)}`;
  };
}
