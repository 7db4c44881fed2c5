const dayMs = 86_400_000;
const unitMs: Readonly<Record<string, number>> = {
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: dayMs,
	w: 7 * dayMs,
};

/**
 * A time as people write it, in UTC as screens show it: `03:12` or `03:12:30` (the last one that has been),
 * `2026-01-02`, `2026-01-02 03:12`, an ISO time, `now`, or how long ago: `-2h`, `90m`, `7d`. Unix ms;
 * undefined for anything else.
 */
export function parseTime(text: string, nowMs: number): number | undefined {
	const word = text.trim();
	if (word === 'now') return nowMs;
	const [, digits, unit = ''] = /^-?(\d+(?:\.\d+)?)([smhdw])$/.exec(word) ?? [];
	if (digits !== undefined) return Math.round(nowMs - Number(digits) * (unitMs[unit] ?? 0));
	if (/^\d{1,2}:\d{2}(:\d{2})?$/.test(word)) return lastTimeOfDay(word, nowMs);
	if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(word)) {
		return undefined;
	}
	const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(word) && word.length > 10;
	const isDay = word.length === 10;
	const atMs = Date.parse(isDay ? word : `${word.replace(' ', 'T')}${hasZone ? '' : 'Z'}`);
	return Number.isNaN(atMs) ? undefined : atMs;
}

function lastTimeOfDay(word: string, nowMs: number): number | undefined {
	const [hours = 0, minutes = 0, seconds = 0] = word.split(':').map(Number);
	if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
	const atMs = Math.floor(nowMs / dayMs) * dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000;
	return atMs > nowMs ? atMs - dayMs : atMs;
}
