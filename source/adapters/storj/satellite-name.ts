/** Satellites that a log names by id alone; the last three are retired. */
const known: ReadonlyMap<string, string> = new Map([
	['12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S', 'us1.storj.io'],
	['12L9ZFwhzVpuEKMUNUqkaTLGzwY9G24tbiigLiXpmZWKwmcNDDs', 'eu1.storj.io'],
	['121RTSDpyNZVcEU84Ticf2L1ntiuUimbWgfATz21tuvgk3vzoA6', 'ap1.storj.io'],
	['1wFTAgs9DP5RSnCqKV1eLf6N9wtk4EAtmN5DpSxcs8EjT69tGE', 'saltlake.tardigrade.io'],
	['12tRQrMTWUWwzwGh18i7Fqs67kmdhH9t6aToeiwbo5mfS2rUmo', 'us2.storj.io'],
	['12rfG3sh9NCWiX3ivPjq2HtdLmbqCrvHVEzJubnzFzosMuawymB', 'europe-north-1.tardigrade.io'],
	['118UWpMCHzs6CvSgWd9BfFVjw5K9pZbJjkfZJexMtSkmKxvvAW', 'satellite.stefan-benten.de'],
]);
const retired: ReadonlySet<string> = new Set([...known.keys()].slice(4));

/** Whether a satellite was shut down: a node keeps its last scores, which mean nothing any more. */
export function isRetired(id: string): boolean {
	return retired.has(id);
}

/** A satellite as its operators call it: its host without the port, else the start of its id. */
export function nameOf(id: string, url: string | undefined): string {
	const host = url?.replace(/:\d+$/, '') ?? '';
	return host === '' ? (known.get(id) ?? id.slice(0, 12)) : host;
}
