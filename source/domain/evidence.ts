const isoTime = /(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g;
/** `0`, `0s` or `0 B`: where any is too many, that is no limit to tell. */
const noThreshold = /^threshold 0(?:\s?[a-zB]+)?$/;

/**
 * What evidence adds to a message: without the value that the message has already, and with times as they are
 * written elsewhere. Undefined where it adds nothing.
 */
export function addedBy(evidence: string | undefined, message: string): string | undefined {
	if (evidence === undefined || evidence === '') return undefined;
	const [value = '', ...rest] = evidence.split(', ');
	const limit = rest.join(', ');
	if (noThreshold.test(limit)) return undefined;
	const isSaid = limit.startsWith('threshold ') && ` ${message} `.includes(` ${value} `);
	return withTimes(isSaid ? limit : evidence);
}

/** A text with its ISO times as people read them: `2026-11-30 20:21:22 UTC`. */
export function withTimes(text: string): string {
	return text.replaceAll(isoTime, '$1 $2 UTC');
}
