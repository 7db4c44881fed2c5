import { gethFlagGroups } from './geth-flags.ts';

/** What is known of one flag of geth. */
export interface KnownFlag {
	readonly name: string;
	readonly isSwitch: boolean;
	readonly since: string | undefined;
	readonly removedIn: string | undefined;
}

/** The part of geth that a flag belongs to, for messages. */
export type FlagCategory = 'network' | 'API' | 'storage' | 'mining' | 'performance' | 'other';

const categories: readonly (readonly [FlagCategory, RegExp])[] = [
	['performance', /^(?:cache\.|fdlimit$|memorylimit$|gogc$)/],
	['API', /^(?:http|ws|graphql|authrpc|rpc|ipc)(?:\.|$|[a-z])/],
	[
		'storage',
		/^(?:datadir|keystore|cache|db\.|state\.|history\.|gcmode|syncmode|snapshot|blobpool\.data)/,
	],
	['mining', /^(?:mine$|miner\.)/],
	[
		'network',
		/^(?:networkid|port|bootnodes|max\w*peers|nat|nodekey|nodiscover|netrestrict|discovery\.)/,
	],
];

export function categoryOf(name: string): FlagCategory {
	return categories.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other';
}

const known: ReadonlyMap<string, KnownFlag> = new Map(
	gethFlagGroups.flatMap(({ since, removedIn, switches = '', values = '' }) => {
		const entry = (name: string, isSwitch: boolean): [string, KnownFlag] => [
			name,
			{ name, isSwitch, since, removedIn },
		];
		const names = (text: string) => text.split(' ').filter((name) => name !== '');
		return [
			...names(switches).map((name) => entry(name, true)),
			...names(values).map((name) => entry(name, false)),
		];
	}),
);

export function knownFlag(name: string): KnownFlag | undefined {
	return known.get(name);
}

export function isKnownSwitch(name: string): boolean {
	return known.get(name)?.isSwitch === true;
}

/** Whether release `version` is `other` or a later one. Only numbers count: `1.17.4-unstable` is 1.17.4. */
export function isAtLeast(version: string, other: string): boolean {
	const numbers = (text: string) => text.split(/[.+-]/).slice(0, 3).map(Number);
	const [mine, theirs] = [numbers(version), numbers(other)];
	for (const [index, wanted] of theirs.entries()) {
		const have = mine[index] ?? 0;
		if (have !== wanted) return have > wanted;
	}
	return true;
}

export type FlagStanding = 'known' | 'removed' | 'notYet' | 'unknown';

/** How a release of geth takes a flag. `unknown` may be newer than this table: it is no mistake by itself. */
export function standingOf(name: string, version: string): FlagStanding {
	const flag = known.get(name);
	if (!flag) return 'unknown';
	if (flag.removedIn !== undefined && isAtLeast(version, flag.removedIn)) return 'removed';
	if (flag.since !== undefined && !isAtLeast(version, flag.since)) return 'notYet';
	return 'known';
}

/** The version in what `geth version`, `geth --version` or `anvil --version` print: `1.17.4`. */
export function versionIn(text: string): string | undefined {
	return /(?:^|[^\d.])v?(\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[\w.]{1,40})?)/.exec(
		text.slice(0, 4096),
	)?.[1];
}
