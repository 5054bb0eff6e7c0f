import { useEffect, useRef, useState } from 'preact/hooks';

const SAMPLES = 60;

/** Speed over the last minute, a sample a second; `null` adds nothing. */
export function Spark({ value }: { value: number | null }) {
  const latest = useRef(value);
  latest.current = value;
  const [samples, setSamples] = useState<number[]>([]);
  useEffect(() => {
    const timer = setInterval(() => {
      const now = latest.current;
      if (now !== null) setSamples((old) => [...old, now].slice(-SAMPLES));
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  if (samples.length < 2) return null;
  const top = Math.max(...samples, 1);
  const points = samples.map((one, index) => `${(100 * index) / (SAMPLES - 1)} ${19 - (18 * one) / top}`);
  const line = `M${points.join('L')}`;
  const end = (100 * (samples.length - 1)) / (SAMPLES - 1);
  return (
    <svg class="hn-spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true" dir="ltr">
      <path class="a" d={`${line}L${end} 20L0 20Z`} />
      <path d={line} />
    </svg>
  );
}
