import { showAddress } from './address.ts';
import { gather } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { ChosenNode } from './nodes.ts';
import { shownKey } from './mask.ts';
import { referencedVariables } from './references.ts';
import type { ConfigFile, ConfigFormat } from './schema.ts';
import type { Origin } from './settings.ts';
import { profileOf } from './settle.ts';

/** One setting, for people: where its value came from. Secrets are masked. */
export interface Explanation {
	readonly key: string;
	readonly value: string | number | boolean;
	readonly origin: Origin;
	/** The flag, the variable, or the key with its file; `built in` for a default. */
	readonly where: string;
}

const mask = '***';

/**
 * Every setting and every node in force, each with its origin. Reads no secret: a token is `***`,
 * with the variable or the file that it comes from. Throws as `loadSettings` does.
 */
export async function explainSettings(
	format: ConfigFormat,
	options: LoadOptions,
): Promise<readonly Explanation[]> {
	const { file, config, choices, nodes } = await gather(format, options);
	const { insecure } = options.flags;
	return [
		{
			key: 'configuration',
			value: file.path,
			...namedBy[file.namedBy],
			...(config === undefined && { where: `${namedBy[file.namedBy].where}; no such file` }),
		},
		...Object.entries(choices).map(([key, choice]) => ({ key, ...choice })),
		...(insecure === undefined
			? []
			: [{ key: 'insecure', value: insecure, origin: 'flag', where: '--insecure' } as const]),
		...nodes.flatMap((node) => explainNode(node, file.path)),
		...explainLists(config ?? {}, choices.profile.value, file.path),
		...explainPart('probes', config ?? {}, choices.profile.value, file.path),
		...explainPart('history', config ?? {}, choices.profile.value, file.path),
		...explainChannels(config ?? {}, format, choices.profile.value, file.path),
	];
}

const namedBy = {
	'--config': { origin: 'flag', where: '--config' },
	NODETOP_CONFIG: { origin: 'environment', where: 'NODETOP_CONFIG' },
	default: { origin: 'default', where: 'built in' },
} as const;

function explainLists(config: ConfigFile, profile: string, path: string): Explanation[] {
	const { witnesses, mine } = profileOf(config, profile) ?? {};
	return Object.entries({ witnesses, mine }).flatMap(([key, list]) => {
		if (list === undefined) return [];
		const where = `profiles.${profile}.${key} in ${path}`;
		return [{ key, value: list.join(', '), origin: 'profile' as const, where }];
	});
}

function explainPart(
	name: 'probes' | 'history',
	config: ConfigFile,
	profile: string,
	path: string,
): Explanation[] {
	return Object.entries(profileOf(config, profile)?.[name] ?? {}).flatMap(([key, value]) => {
		if (value === undefined) return [];
		const where = `profiles.${profile}.${name}.${key} in ${path}`;
		return [{ key: `${name}.${key}`, value, origin: 'profile' as const, where }];
	});
}

function explainChannels(
	config: ConfigFile,
	{ channelKinds }: ConfigFormat,
	profile: string,
	path: string,
): readonly Explanation[] {
	const { channels = {} } = profileOf(config, profile) ?? {};
	return Object.entries(channels).flatMap(([name, channel]) => {
		const secrets = channelKinds[channel.type]?.settings.secrets ?? {};
		return Object.entries(channel).flatMap(([key, value]) =>
			explainChannelKey(
				`channels.${name}.${key}`,
				shownKey(key, value),
				secrets[key] !== undefined,
			).map(({ from, ...row }) => ({
				...row,
				origin: 'profile' as const,
				where: `profiles.${profile}.${row.key} in ${path}${from}`,
			})),
		);
	});
}

/** One row for a key, or one for each header; a list is one row. */
function explainChannelKey(
	path: string,
	value: unknown,
	isSecret: boolean,
): readonly { key: string; value: Explanation['value']; from: string }[] {
	if (value === undefined) return [];
	if (Array.isArray(value)) return [{ key: path, value: value.join(' '), from: '' }];
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value).flatMap(([name, inner]) =>
			explainChannelKey(`${path}.${name}`, inner, isSecret),
		);
	}
	const isText = typeof value === 'string';
	if (isSecret) return [{ key: path, value: mask, from: isText ? fromVariables(value) : '' }];
	const isShown = isText || typeof value === 'number' || typeof value === 'boolean';
	return isShown ? [{ key: path, value, from: '' }] : [];
}

const namedWhere: Readonly<Partial<Record<Origin, string>>> = {
	flag: 'command line',
	environment: 'NODETOP_NODES',
};

function explainNode({ entry, where, origin }: ChosenNode, path: string): readonly Explanation[] {
	const {
		name,
		url,
		metricsUrl,
		apiUrl,
		token,
		tokenFile,
		headers = {},
		tags,
		validators,
		prices,
		...rest
	} = entry;
	const { fallbackUrls = [], proxy, ...plain } = rest;
	const place = namedWhere[origin];
	const row = (key: string, value: Explanation['value'], from = ''): Explanation => ({
		key: `nodes.${name}.${key}`,
		value,
		origin,
		where: `${place ?? `${where}.${key} in ${path}`}${from}`,
	});
	return [
		row('url', showAddress(url), fromVariables(url)),
		...(metricsUrl === undefined
			? []
			: [row('metricsUrl', showAddress(metricsUrl), fromVariables(metricsUrl))]),
		...(apiUrl === undefined ? [] : [row('apiUrl', showAddress(apiUrl), fromVariables(apiUrl))]),
		...fallbackUrls.map((text, index) =>
			row(`fallbackUrls[${index}]`, showAddress(text), fromVariables(text)),
		),
		...(proxy === undefined ? [] : [row('proxy', showAddress(proxy), fromVariables(proxy))]),
		...Object.entries(plain).flatMap(([key, value]) =>
			value === undefined ? [] : row(key, value),
		),
		...(tags === undefined ? [] : [row('tags', tags.join(', '))]),
		...Object.entries(prices ?? {}).flatMap(([use, value]) =>
			value === undefined ? [] : row(`prices.${use}`, value),
		),
		...(validators === undefined ? [] : [row('validators', validators.join(', '))]),
		...(token === undefined ? [] : [row('token', mask, fromVariables(token))]),
		...(tokenFile === undefined ? [] : [row('tokenFile', tokenFile)]),
		...Object.entries(headers).map(([header, value]) =>
			row(`headers.${header}`, mask, fromVariables(value)),
		),
	];
}

function fromVariables(text: string): string {
	const names = referencedVariables(text).map((name) => `$${name}`);
	return names.length === 0 ? '' : `, from ${names.join(', ')}`;
}
