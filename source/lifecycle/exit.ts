/** How a process ended. `unknown`: it was adopted, and only its parent is given its exit code. */
export type Exit =
	| { readonly kind: 'code'; readonly code: number }
	| { readonly kind: 'signal'; readonly signal: string }
	| { readonly kind: 'unknown' };

/** Why starting it again would not help. */
export type Hopeless = 'diskLow' | 'portTaken' | 'directoryLocked' | 'badFlag' | 'badBinary';

interface Sign {
	readonly reason: Hopeless;
	readonly pattern: RegExp;
	/** It counts after a clean end too: geth stops itself with code 0 when its disk is low. */
	readonly cleanToo?: true;
}

/** Of geth (node/errors.go, cmd/utils/cmd.go), of Go, Rust, Node.js and Java programs. */
const signs: readonly Sign[] = [
	{
		reason: 'diskLow',
		pattern: /low disk space|no space left on device|\bENOSPC\b|disk quota exceeded/i,
		cleanToo: true,
	},
	{
		reason: 'portTaken',
		pattern: /address already in use|\bEADDRINUSE\b|port \d+ is (?:already )?in use/i,
	},
	{
		reason: 'directoryLocked',
		pattern:
			/datadir already used|database is locked|\/LOCK: (?:resource temporarily unavailable|already|file)|lock (?:is )?held by|already (?:locked|opened|used|in use) by another process/i,
	},
	{
		reason: 'badFlag',
		pattern:
			/flag provided but not defined|unknown (?:flag|option|argument)s?\b|unrecogni[sz]ed (?:option|argument)|unexpected argument|bad option|invalid value .{0,200} for (?:flag|'--)/i,
	},
];

const binaryCodes = new Set([126, 127]);

export const hopelessWords: Readonly<
	Record<Hopeless, { readonly message: string; readonly nextStep: string }>
> = {
	diskLow: {
		message: 'the disk is full or nearly so',
		nextStep: 'make room, then start it: nodetop start',
	},
	portTaken: {
		message: 'one of its ports is taken',
		nextStep: 'end the other process, or give it another port',
	},
	directoryLocked: {
		message: 'another process has its data directory',
		nextStep:
			'find the other process before you start anything: two validators on one key are slashed',
	},
	badFlag: {
		message: 'it refuses one of its flags',
		nextStep: 'read its last lines; restart it with other flags',
	},
	badBinary: {
		message: 'its program is missing or cannot be executed',
		nextStep: 'check the path and its rights',
	},
};

/**
 * Why restarts would not mend what ended a node, by its exit and its last lines; undefined when they may. A
 * signal ended it from outside, so what it wrote before explains nothing.
 */
export function hopelessReason(exit: Exit, lastLines: readonly string[]): Hopeless | undefined {
	if (exit.kind === 'signal') return undefined;
	if (exit.kind === 'code' && binaryCodes.has(exit.code)) return 'badBinary';
	const isClean = exit.kind === 'code' && exit.code === 0;
	const recent = lastLines.slice(-10);
	return signs.find(
		({ pattern, cleanToo }) =>
			(!isClean || cleanToo === true) && recent.some((line) => pattern.test(line.slice(0, 2000))),
	)?.reason;
}

export function exitWords(exit: Exit): string {
	if (exit.kind === 'unknown') return 'ended, exit code unknown';
	return exit.kind === 'code' ? `ended with code ${exit.code}` : `was ended by ${exit.signal}`;
}
